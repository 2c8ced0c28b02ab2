"""Prepares a house for scripts/contract: people, lots and bids; and for each of user, admin and guest
a configuration of schemathesis, with an API token, and with identities of things that there are, so
that calls get further than to a 404."""

import datetime
import json
import subprocess
import sys
import urllib.request

URL, GAVEL, FOLDER = sys.argv[1:]
PASSWORD = "correct horse"


def ask(method, path, body=None, cookie=""):
    request = urllib.request.Request(f"{URL}/api/v1{path}", method=method)
    request.add_header("cookie", cookie)
    if body is not None:
        request.add_header("content-type", "application/json")
        request.data = json.dumps(body).encode()
    with urllib.request.urlopen(request) as answer:
        cookie = (answer.headers.get("set-cookie") or "").split(";")[0]
        text = answer.read()
    return json.loads(text) if text else None, cookie


def in_days(number):
    day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=number)
    return day.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def sign_up(name):
    person = {"email": f"{name}@example.org", "password": PASSWORD, "displayName": name}
    user, cookie = ask("POST", "/auth/register", person)
    token, _ = ask("POST", "/users/me/tokens", {"name": "contract"}, cookie)
    return user, cookie, token["token"]


def lot(cookie, **fields):
    fields = {"title": "A lot", "category": "clocks", "startingPrice": 10, **fields}
    fields.setdefault("durationSeconds", 86_400)
    listed, _ = ask("POST", "/auctions", fields, cookie)
    return listed["auctionId"]


# Those that end a lot have lots of their own, which the others would miss.
ENDING = ["deleteAuction", "cancelAuction", "adminCancelAuction", "publishAuction"]
# Those for the seller of a lot alone.
SELLING = ["editAuction", "relistAuction", "addImages", "orderImages", "deleteImage"]


def configuration(name, headers, choices):
    """Each choice is of which calls, by path; which parameter or field; and which values it mostly
    has. Now and then others are made up, so that what is not there is asked for too."""
    lines = ["max-stream-events = 1", "cache = { enabled = false }"]
    if headers:
        lines += ["[headers]"] + [f"{key} = {json.dumps(headers[key])}" for key in headers]
    for number, (_, _, values) in enumerate(choices):
        lines += [f"[dictionaries.d{number}]", f"values = {json.dumps(values)}"]
    for number, (calls, parameter, _) in enumerate(choices):
        lines += ["[[operations]]"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in calls.items()]
        binding = f'{{ dictionary = "d{number}", probability = 0.9 }}'
        lines += [f'parameters = {{ "{parameter}" = {binding} }}']
    with open(f"{FOLDER}/{name}.toml", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def main():
    user, user_cookie, user_token = sign_up("user")
    seller, seller_cookie, _ = sign_up("seller")
    admin, _, admin_token = sign_up("admin")
    promote = [GAVEL, "admin", "promote", admin["email"], "--data-dir", f"{FOLDER}/data"]
    subprocess.run(promote, check=True, stdout=subprocess.DEVNULL)
    running = [lot(seller_cookie, reservePrice=50) for _ in range(3)]
    for one in running[:2]:
        ask("POST", f"/auctions/{one}/bids", {"amount": 10, "maxAmount": 40}, user_cookie)
    own = [lot(user_cookie), lot(user_cookie, draft=True), lot(user_cookie, reservePrice=50)]
    bearer = {"user": user_token, "admin": admin_token}
    for name in ("user", "admin", "guest"):
        ending = [lot(user_cookie, draft=n % 2 == 1) for n in range(4)]
        choices = [
            ({"include-path-regex": "^/api/v1/(admin/)?auctions/",
              "exclude-operation-id": ENDING + SELLING}, "path.id", running + own),
            ({"include-operation-id": SELLING}, "path.id", own + running[:1]),
            ({"include-operation-id": ENDING}, "path.id", ending + running[:1]),
            ({"include-path": "/api/v1/users/me/watchlist/{id}"}, "path.id", running + own),
            ({"include-path": "/api/v1/users/{id}"}, "path.id", [seller["id"], user["id"]]),
            ({"include-path-regex": "^/api/v1/admin/users/"}, "path.id", [seller["id"]]),
            ({"include-operation-id": ["signIn"]}, "body.email", [user["email"]]),
            ({"include-operation-id": ["signIn"]}, "body.password", [PASSWORD]),
            ({"include-method": ["POST", "PATCH"]}, "body.startingPrice", [5, 7.5]),
            ({"include-method": ["POST", "PATCH"]}, "body.reservePrice", [80, 90.25]),
            ({"include-method": ["POST", "PATCH"]}, "body.bidIncrement", [1, 2.5]),
            ({"include-method": ["POST"]}, "body.amount", [30, 60.5, 500, 2000]),
            ({"include-method": ["POST"]}, "body.maxAmount", [3000, 2500.5]),
            ({"include-method": ["POST"]}, "body.auctionId", running),
            ({"include-method": ["POST"]}, "body.endTime", [in_days(2), in_days(30)]),
            ({"include-method": ["POST"]}, "body.startTime", [in_days(1)]),
        ]
        headers = {"Authorization": f"Bearer {bearer[name]}"} if name in bearer else {}
        configuration(name, headers, choices)
    _, in_person, _ = sign_up("person")
    passwords = [
        ({"include-operation-id": ["changePassword"]}, f"body.{field}", [PASSWORD])
        for field in ("currentPassword", "newPassword")
    ]
    configuration("person", {"Cookie": in_person}, passwords)


main()

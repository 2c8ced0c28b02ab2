"""Prepares a house for scripts/contract: people, lots and bids; and for each of user, admin and guest
a configuration of schemathesis, with an API token, and with identities of things that there are, so
that calls get further than to a 404."""

import json
import subprocess
import sys
import urllib.request

URL, GAVEL, FOLDER = sys.argv[1:]


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


def sign_up(name):
    person = {"email": f"{name}@example.org", "password": "correct horse", "displayName": name}
    user, cookie = ask("POST", "/auth/register", person)
    token, _ = ask("POST", "/users/me/tokens", {"name": "contract"}, cookie)
    return user, cookie, token["token"]


def lot(cookie, **fields):
    fields = {"title": "A lot", "category": "clocks", "startingPrice": 10, **fields}
    fields.setdefault("durationSeconds", 86_400)
    listed, _ = ask("POST", "/auctions", fields, cookie)
    return listed["auctionId"]


def configuration(name, token, identities):
    """`identities` are those of what the paths that match a pattern are about. Now and then others
    are made up, so that what is not there is asked for too."""
    # One event of a stream is enough: it does not end.
    lines = ["max-stream-events = 1"]
    if token:
        lines += ["[headers]", f'Authorization = "Bearer {token}"']
    for number, (pattern, values) in enumerate(identities):
        lines += [f"[dictionaries.d{number}]", f"values = {json.dumps(values)}"]
    for number, (pattern, _) in enumerate(identities):
        lines += ["[[operations]]", f"include-path-regex = {json.dumps(pattern)}"]
        binding = f'{{ dictionary = "d{number}", probability = 0.9 }}'
        lines += [f'parameters = {{ "path.id" = {binding} }}']
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
    for name, token in (("user", user_token), ("admin", admin_token), ("guest", None)):
        ids = own + running if name == "user" else running + own
        groups = [
            ("^/api/v1/(admin/)?auctions/", ids),
            ("^/api/v1/users/me/watchlist/", ids),
            ("^/api/v1/users/[{]id", [seller["id"], user["id"]]),
            ("^/api/v1/admin/users/", [seller["id"]]),
        ]
        configuration(name, token, groups)


main()

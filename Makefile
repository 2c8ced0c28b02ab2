# Thin: each target says what it needs, the work is in cargo, npm and scripts/.
.PHONY: run cluster test contract trial failover check check-style fetch bench bench-shared gen screenshots lighthouse clean

# Where cargo puts the binary that the browser tests run.
GAVEL_BIN := $(abspath $(or $(CARGO_TARGET_DIR),target)/debug/gavel)
export GAVEL_BIN
RELEASE := $(abspath $(or $(CARGO_TARGET_DIR),target)/release)

WEB_SOURCES := $(shell find web/src web/public web/build web/index.html web/vite.config.ts web/tsconfig*.json -type f 2>/dev/null)

## A demo house on http://localhost:3000.
run: tools web/dist/index.html
	cargo build --release --package gavel-server
	@echo "open http://localhost:3000"
	@cargo run --release --quiet --package gavel-server -- serve --demo

## The demo house on three servers, with PostgreSQL and Redis, behind HAProxy on http://localhost:3000.
cluster: tools web/dist/index.html
	cargo build --release --package gavel-server
	@scripts/cluster

# What holds through HTTP holds on either engine. Always of the whole workspace: of a part of it, cargo
# compiles the libraries again with other features. `cargo test` builds the binaries too.
ON_POSTGRES := --test api --test selling --test live --test told --test refusals --test strangers

## Every test: rules, engine, store, server, the API's description, web app, and two people in two
## browsers.
test: tools web/dist/index.html
	scripts/need browser
	scripts/need redis
	scripts/with-postgres scripts/with-s3 cargo test --workspace
	GAVEL_TEST_HOUSE=postgres scripts/with-postgres scripts/with-redis cargo test --workspace $(ON_POSTGRES)
	cd web && npm test && npm run budget
	$(TRIAL) $(SHORT_TRIAL)
	$(TRIAL) $(SHORT_ROLLING)
	scripts/need contract
	scripts/contract --short
	cd web && npm run e2e

# What the tests need from elsewhere, ahead of them.
fetch:
	scripts/need browser
	scripts/need redis
	scripts/need postgres
	scripts/contract --fetch
	scripts/with-s3 true

# Three servers that share a PostgreSQL; the binary is the one that `cargo test` has built.
TRIAL := GAVEL_TEST_FSYNC=on scripts/with-postgres $(dir $(GAVEL_BIN))trial
SHORT_TRIAL := cluster --bids 4000 --lots 6 --hot-s 10 --clients 24 --users 16 --watchers 6 \
	--history target/trial-short.jsonl --schedule kill,redis,freeze-server,freeze-database
SHORT_ROLLING := rolling --bids 2500 --lots 4 --hot-s 10 --clients 16 --users 12 --watchers 6 \
	--history target/trial-short.jsonl --rounds 1

## Three servers under load, killed, cut off and restarted, and the proof that they lost nothing and
## decided once; at length.
trial: tools
	scripts/need postgres
	scripts/need redis
	cargo build --release --package gavel-server --package gavel-trial
	GAVEL_TEST_FSYNC=on GAVEL_BIN=target/release/gavel scripts/with-postgres target/release/trial cluster
	GAVEL_TEST_FSYNC=on GAVEL_BIN=target/release/gavel scripts/with-postgres target/release/trial rolling \
		--bids 50000 --history target/trial-rolling.jsonl

## Whether a running house answers as the API's description says, at length.
contract: tools web/dist/index.html
	scripts/need contract
	cargo test --quiet --workspace --no-run
	scripts/contract

## Whether a PostgreSQL that fails over, again and again and under load, loses a bid that was accepted.
failover: tools web/dist/index.html
	cargo build --release --package gavel-server --package gavel-trial
	scripts/with-patroni sh -c '$(RELEASE)/trial failover --gavel $(RELEASE)/gavel \
	    --database-url "$$GAVEL_TEST_PATRONI_URL" --faults "$$GAVEL_TEST_PATRONI_FAULTS"'

## What CI looks at before the tests.
check: check-style
	cargo clippy --workspace --all-targets -- --deny warnings

# All of it but clippy, which .ci/run has look while it compiles the tests.
check-style: tools web/node_modules/.installed
	cargo fmt --all --check
	cd web && npm run check

## Durable bids a second against the same server's own echo, in one run.
bench: tools
	cargo run --release --quiet --package gavel-bench

## The same on PostgreSQL: one server, three of them with a Redis, and the textbook's way; and how soon one
## server tells of what happened on another.
bench-shared: tools
	scripts/need redis
	cargo build --release --quiet --package gavel-bench
	GAVEL_TEST_FSYNC=on scripts/with-postgres scripts/with-redis $(RELEASE)/gavel-bench shared

## Files that are made from the code, and committed.
gen: tools web/node_modules/.installed
	cargo test --quiet --workspace --no-run
	$(GAVEL_BIN) openapi > web/openapi.json.new
	scripts/replace web/openapi.json.new web/openapi.json
	cd web && npm run gen -- --output src/lib/api/schema.d.ts.new
	scripts/replace web/src/lib/api/schema.d.ts.new web/src/lib/api/schema.d.ts

## The pictures in the README.
screenshots: tools web/dist/index.html
	scripts/need chromium
	cargo build --package gavel-server
	cd web && npm run screenshots

## Lighthouse's marks, and how soon pages are there on slow 4G, of a release build.
lighthouse: tools web/dist/index.html
	scripts/need chromium
	cargo build --release --package gavel-server
	cd web && GAVEL_BIN=$(subst /debug/,/release/,$(GAVEL_BIN)) npm run lighthouse
	cd web && GAVEL_BIN=$(subst /debug/,/release/,$(GAVEL_BIN)) npm run slow

clean:
	rm -rf target web/dist web/node_modules

.PHONY: tools
tools:
	@scripts/need tools

web/node_modules/.installed: web/package.json web/package-lock.json
	cd web && npm install --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	cd web && npm run build
	@touch $@

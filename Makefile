# The commands of the project. `make help` lists them.
.DEFAULT_GOAL := help
SWIFT ?= swift
export WATCHPOST_BIN = $(CURDIR)/.build/debug/watchpost

# Suites of whole servers that run the release too, as the optimiser changes what a debug binary does; those of bombs
# run it alone.
RELEASE_TESTS = DiscoverTests BombTests SenderBombTests CommandLineTests DashboardsCommandTests StoredSiteTests OTLPClientTests TracePageTests

.PHONY: run test build lint bench soak fuzz screenshot help

run: ## set up, build, and start the demo: six simulated cameras, watched
	@scripts/setup
	@echo "make: building the release (the first time takes some minutes)"
	@SWIFT=$(SWIFT) scripts/build-release
	@exec .build/release/watchpost demo

test soak: export PATH := $(CURDIR)/.build/test-python/bin:$(PATH)
test: ## set up what tests need, build, and run every test
	@scripts/setup --test
	@$(SWIFT) build --build-tests
	@SWIFT=$(SWIFT) scripts/test-units
	@scripts/test-servers
	@SWIFT=$(SWIFT) scripts/build-release
	@SWIFT=$(SWIFT) scripts/check-release
	@WATCHPOST_BIN=$(CURDIR)/.build/release/watchpost scripts/test-servers $(RELEASE_TESTS)
	@scripts/fuzz --short

build: ## build the release: .build/release/watchpost
	@scripts/setup
	@SWIFT=$(SWIFT) scripts/build-release

lint: ## check the format of every source file
	@$(SWIFT) format lint --strict --parallel --recursive Sources Tests Fuzzers Examples Package.swift

bench: ## measure what watching costs: the demo's server, a thousand cameras, a page of metrics
	@scripts/setup --test
	@scripts/measure-demo
	@$(SWIFT) build -c release --product measure
	@.build/test-python/bin/pip install -q aiortsp prometheus-client
	@Benchmarks/probe/run
	@SWIFT=$(SWIFT) scripts/build-release
	@Benchmarks/alerts/run

soak: ## the long forms, some hours: kills, recordings, a mail server that is down, random expressions beside a real Prometheus, churn, pictures, races
	@scripts/setup --soak
	@$(SWIFT) build --build-tests
	@WATCHPOST_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter EndToEndTests.KillTests
	@WATCHPOST_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter EndToEndTests.ChaosTests
	@WATCHPOST_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter EndToEndTests.ShipTests
	@WATCHPOST_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter EndToEndTests.DifferentialTests
	@WATCHPOST_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter EndToEndTests.ChurnTests
	@WATCHPOST_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter EndToEndTests.OneSessionTests
	@WATCHPOST_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter EndToEndTests.LayoutTests
	@WATCHPOST_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter EndToEndTests.FoundRecordersTests
	@WATCHPOST_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter EndToEndTests.ZoneMinderTests
	@WATCHPOST_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter EndToEndTests.OTLPClientTests
	@WATCHPOST_SOAK=1 $(SWIFT) test --skip-build --filter LogShippingTests.RotationModelTests
	@WATCHPOST_SOAK=1 $(SWIFT) test --skip-build --filter RTSPTests.OrdinaryPictureTests
	@WATCHPOST_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter EndToEndTests.CodecTests
	@scripts/race-tests

fuzz: ## feed the parsers with what nobody expects, five minutes each
	@scripts/setup
	@scripts/fuzz 300

screenshot: ## take the README's picture again, with a real browser
	@scripts/screenshot

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

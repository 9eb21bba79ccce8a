# What a newcomer needs: `make demo` and `make test`. Everything else is for those who change the program.

.PHONY: setup demo test bench check deny check-site ci soak

# One profile for the demo and the tests, so that nothing is compiled twice.
CARGO ?= cargo
CARGO_DENY ?= 0.20.2
BENCH_SIZES ?= 10000 100000
CHANGES_SIZES ?= 1000 10000 100000
# Creations: they make some 10,000 and some 100,000 pages.
BUCKET_SIZES ?= 8200 84000
POSTS_SIZE ?= 100000

# Says what is missing and, on Debian and Ubuntu as root or with sudo, installs it.
setup:
	@.ci/setup

# Builds the program, then a fresh site with sample content in output/demo, and serves it.
demo:
	@command -v $(CARGO) >/dev/null || { echo "A Rust toolchain is needed: https://rustup.rs" >&2; exit 1; }
	$(CARGO) build --workspace
	$(CARGO) run --quiet --bin sidecar -- demo

# All tests, on SQLite and on a PostgreSQL server of their own, and in a browser.
test: setup
	.ci/with-postgres $(CARGO) test --workspace --no-fail-fast

# Format, lints, documentation.
check:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --document-private-items

# Known faults, licences and sources of the crates that are used.
deny:
	@$(CARGO) deny --version >/dev/null 2>&1 || $(CARGO) install --locked --quiet cargo-deny@$(CARGO_DENY)
	$(CARGO) deny check

# The site as readers get it: checked, verified, read by the Nu HTML checker, opened by axe-core and Lighthouse.
check-site:
	@.ci/setup site
	.ci/check-site

# All that CI does: the jobs of .github/workflows/tests.yml.
ci: setup check deny test check-site

# The tables of the README: time and memory of full builds, single changes, posts by many at once, what a sidecar answers,
# an import, a bucket.
bench:
	$(CARGO) build --release --workspace
	$(CARGO) bench --workspace --bench changes --bench posts --bench bucket --no-run
	.ci/with-postgres .ci/bench $(BENCH_SIZES)
	TEST_POSTGRES_DURABLE=yes .ci/with-postgres $(CARGO) bench --quiet --workspace --bench changes -- $(CHANGES_SIZES)
	TEST_POSTGRES_DURABLE=yes .ci/with-postgres $(CARGO) bench --quiet --workspace --bench posts -- $(POSTS_SIZE)
	.ci/with-postgres .ci/bench-import
	.ci/bench-bucket $(BUCKET_SIZES)

# The random tests, for long: thousands of sequences of changes, hundreds of killed builders.
soak: setup
	PROPTEST_CASES=4096 KILLS=400 .ci/with-postgres \
		$(CARGO) test --workspace --test suite -- paths texts lists equality interrupted at_once live bucket::kills \
		bucket::edge killed --nocapture

# The commands of this project. `make demo` and `make test` do all their set-up themselves, in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests side by side: most of their time they wait for servers.
JOBS ?= 3
READY := $(VENV)/.ready

.PHONY: help demo demo-week run test corpus identity fuzz moves simulate-year judge judge-short bench-flood bench-memory
.PHONY: bench bench-scale bench-sending bench-soak replies classify learn gallery lint check format lock wheel clean

help: ## show these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Mailgate needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@echo "== setting up $(VENV) with $$($(PYTHON) --version) (once; about half a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $(READY)
	@echo "== ready"

demo: $(READY) ## real mails go in, tickets and answers come out; then four tickets to their closing; ends by itself
	@$(BIN)/mailgate demo
	@$(BIN)/mailgate demo --story

demo-week: $(READY) ## a week at the desk, minute by minute: clocks, alarms, digests; ends by itself
	@$(BIN)/mailgate demo --week

run: $(READY) ## start the daemon with ./config.toml
	@$(BIN)/mailgate serve

test: $(READY) ## all tests; those that need Dovecot, Postfix, PostgreSQL or Chromium skip where these are missing
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

corpus: $(READY) ## score what is read of ../shared/corpus, other projects' real mail, where it is at hand
	@$(BIN)/python -m tests.corpus.score

identity: $(READY) ## 1,200 forged and honest senders by SMTP and through a real Dovecot; half a minute
	@$(BIN)/python -m tests.identity.run

fuzz: $(READY) ## a hundred thousand broken mails through the parser children; some minutes
	@$(BIN)/python -m tests.fuzz.run

moves: $(READY) ## ten thousand random moves by random people, other ones each time; some five minutes
	@MAILGATE_LONG_TESTS=1 $(BIN)/python -m pytest -q -s tests/machine/test_random_moves.py

simulate-year: $(READY) ## a year and 10,000 tickets against what the rules demand; some twenty minutes
	@$(BIN)/python -m tests.simulation.year

judge: $(READY) ## nothing lost, nothing said twice: an hour of kills and faults, or JUDGE="kill --kills 50"
	@$(BIN)/python -m judge $(or $(JUDGE),all)

judge-short: $(READY) ## the same in short, as each change is judged
	@$(BIN)/python -m judge all --short

bench: $(READY) ## Mailgate, a bare floor and django-helpdesk side by side, from SMTP to receipt; GROW=1: on large desks, too
	@$(BIN)/python -m bench.engine $(if $(GROW),--grow) $(BENCH)

bench-flood: $(READY) ## floods of six kinds from one client, and what others feel of them; a line of JSON
	@$(BIN)/python -m bench.flood $(if $(SECONDS),--seconds $(SECONDS))

bench-memory: $(READY) ## what small and large mails leave in memory; a line of JSON
	@$(BIN)/python -m bench.memory

bench-soak: $(READY) ## whether memory stays where it is under MINUTES=10 of load; a line of JSON
	@$(BIN)/python -m bench.soak --minutes $(or $(MINUTES),10)

bench-sending: $(READY) ## what sending a mail costs, from claim to record; a line of JSON
	@$(BIN)/python -m bench.sending

bench-scale: $(READY) ## the clock's work on a desk with TICKETS=1000000; figures, ratios, and a line of JSON
	@$(BIN)/python -m bench.scale --tickets $(or $(TICKETS),1000000) $(if $(KEEP),--keep $(KEEP))

replies: $(READY) ## what we make of replies as they are really written: the score of our own collection
	@$(BIN)/python -m tests.replies.score

classify: $(READY) ## how many labelled mails get the right type, level and module: by language, by type, what for what
	@$(BIN)/python -m tests.classify.labelled.score

learn: $(READY) ## learns from the labelled mails how words lean (leanings.toml); TRY=1 only says what that is worth
	@$(BIN)/python -m tests.classify.labelled.learn $(if $(TRY),--try)

gallery: $(READY) ## pictures of every HTML mail in build/gallery, by the Chromium of this machine; a minute
	@$(BIN)/python -m tests.gallery.run

lint: $(READY) ## form, lint, types, and who may import whom
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: lint test ## what decides whether a change is good: lint and tests

format: $(READY) ## put the code into the house's form
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

# --no-strip-extras: where a lock names `coverage` and another package asks for `coverage[toml]`, older pips
# take the newest release for the latter, and refuse it, since only the former is pinned.
lock: $(READY) ## resolve the dependencies anew, with hashes and without any registry's address
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra dev pyproject.toml -o requirements-dev.lock

wheel: $(READY) ## build a wheel into dist/
	@rm -rf dist && $(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps -w dist .

clean: ## remove what these commands made
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The two commands a newcomer needs are `make run` and `make test`; both do all their own set-up.
# Needs only make and Python 3.11 or newer.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
BIN = $(VENV)/bin
PORT ?= 8000
LOCALE ?= fr
COMPILE = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header --quiet
DEMO = NEWSROOM_DEMO=1 NEWSROOM_PORT=$(PORT)
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: install run dev test test-services coverage lint lint-js format wheel types migrations messages deploy-check rights lock bench clean secret-key help

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(VENV)/.base: requirements/base.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer, with venv, is needed." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

install: $(VENV)/.base  ## the environment of a server, without the tools of developers

run: $(VENV)/.base  ## the demo's two sites and their desk, on http://localhost:8000 (PORT=… for another)
	@$(DEMO) $(BIN)/python manage.py migrate --verbosity 0
	@$(DEMO) $(BIN)/python manage.py demo
	@$(DEMO) $(BIN)/python manage.py demo --welcome
	@$(DEMO) $(BIN)/python manage.py serve --port $(PORT) --with-worker

dev: $(VENV)/.dev  ## the same with Django's reloading server and debug pages
	@$(DEMO) $(BIN)/python manage.py migrate --verbosity 0
	@NEWSROOM_DEBUG=1 NEWSROOM_PORT=$(PORT) $(BIN)/python manage.py runserver $(PORT)

test: $(VENV)/.dev  ## the whole suite, on SQLite, with no service running
	$(BIN)/python -m pytest

test-services: $(VENV)/.dev  ## the same suite against PostgreSQL and Redis on their standard ports
	sh .ci/services $(BIN)/python -m pytest

coverage: $(VENV)/.dev  ## branches that no test takes
	$(BIN)/coverage run -m pytest -n 0
	$(BIN)/coverage report --skip-covered --show-missing

lint: $(VENV)/.dev  ## style of Python and the desk's templates, and of JavaScript and CSS where there is node
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find templates -path templates/public -prune -o -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2 --check
	git ls-files '*.py' | xargs $(BIN)/django-upgrade --target-version 5.2
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory lint-js; \
	else echo "JavaScript and CSS were not linted: there is no node here (only this needs it)."; fi

node_modules/.installed: package-lock.json
	npm ci --ignore-scripts --silent
	@touch $@

lint-js: node_modules/.installed  ## style of JavaScript and CSS (needs node 18 or newer)
	npm run --silent lint

format: $(VENV)/.dev  ## formats Python, the desk's templates, JavaScript and CSS
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find templates -path templates/public -prune -o -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node_modules/.installed && npm run --silent fix; fi

wheel: $(VENV)/.dev  ## builds the wheel and starts the site from it in a clean environment
	sh .ci/wheel $(BIN)/python $(BIN)

types: $(VENV)/.dev  ## mypy
	$(DEMO) $(BIN)/mypy newsroom articles comments

migrations: $(VENV)/.base  ## fails if a model changed without its migration
	$(DEMO) $(BIN)/python manage.py makemigrations --check --dry-run

messages: $(VENV)/.dev  ## collects strings into the .po (needs gettext), and compiles the .mo (LOCALE=… for another than fr)
	mkdir -p newsroom/locale/$(LOCALE)
	cd $(CURDIR) && $(DEMO) $(BIN)/python manage.py makemessages -l $(LOCALE) --no-location --no-obsolete --no-wrap \
		-i '.venv*' -i node_modules -i var -i tests
	$(DEMO) $(BIN)/python manage.py compilemessages -l $(LOCALE) -i '.venv*'

deploy-check: $(VENV)/.base  ## Django's deployment checks under production settings
	NEWSROOM_SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
	NEWSROOM_HOSTS=desk.example.org NEWSROOM_DESK_HOST=desk.example.org \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

secret-key: $(VENV)/.base  ## prints a key for NEWSROOM_SECRET_KEY
	@$(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))'

rights: $(VENV)/.base  ## docs/rights.md, printed from the tables of roles and of the workflow
	@$(DEMO) $(BIN)/python manage.py rights > docs/rights.md.new && mv docs/rights.md.new docs/rights.md

lock: $(VENV)/.dev  ## pins requirements/*.txt anew from pyproject.toml
	$(COMPILE) -o requirements/base.txt
	$(COMPILE) --extra services -o requirements/services.txt
	$(COMPILE) --extra dev -o requirements/dev.txt

bench: $(VENV)/.dev  ## what lists and the desk cost at 2,000 and 100,000 articles, comments on a bad day, partners that misbehave, guessers, 100,000 offers, counting visits, an article beside Wagtail and nginx, as ratios
	$(DEMO) $(BIN)/python -m tests.bench
	$(DEMO) $(BIN)/python -m tests.bench.comments
	$(DEMO) $(BIN)/python -m tests.bench.network
	$(BIN)/python -m tests.bench.connections
	$(BIN)/python -m tests.bench.guessing
	$(BIN)/python -m tests.bench.pages
	$(DEMO) $(BIN)/python -m tests.bench.hostile
	$(DEMO) $(BIN)/python -m tests.bench.offers
	$(BIN)/python -m tests.bench.audience

clean:  ## forgets the demo's data and the environment
	rm -rf var $(VENV) node_modules

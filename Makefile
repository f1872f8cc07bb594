# Shortcuts; each is one command that CONTRIBUTING.md explains.
.PHONY: up test lint types locks

up:
	python3 manage.py up

test:
	python3 manage.py test

LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make locks" --quiet

# requirements.lock: what `up` and `test` need; requirements-dev.lock: lint and types besides.
locks:
	$(LOCK) --group embedded --group test -o requirements.lock
	$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock

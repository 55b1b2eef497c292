# One image for web, worker and scheduler; docker-compose.yml says which command each runs.

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.13-slim-bookworm AS build
WORKDIR /app
RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml requirements.lock ./
# The lock also holds what development and tests need; the image takes what the application needs, at the same versions.
RUN uv pip compile -q --generate-hashes --no-header --constraints requirements.lock pyproject.toml -o runtime.lock \
 && uv venv /venv && VIRTUAL_ENV=/venv uv pip install --no-cache --require-hashes -r runtime.lock
COPY . .
COPY --from=packages /app/node_modules node_modules
ENV PATH=/venv/bin:$PATH
# Collecting static files connects to nothing: these values only satisfy the settings, and stay in this stage.
RUN python -c "from o2c.assets import copy_assets; copy_assets()" \
 && ENVIRONMENT=production SECRET_KEY=used-while-the-image-is-built-and-never-while-it-runs-0000 ALLOWED_HOSTS=build.invalid \
    PUBLIC_URL=https://build.invalid DATABASE_URL=postgresql://build.invalid/o2c REDIS_URL=redis://build.invalid \
    EMAIL_URL=smtp://build.invalid STORAGE_URL=file:///tmp python manage.py collectstatic --no-input -v 0 \
 && rm -rf node_modules

FROM python:3.13-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /app o2c \
 && install -d -o o2c -g o2c /srv/o2c/media
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ENVIRONMENT=production
USER o2c
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "o2c.wsgi:application"]

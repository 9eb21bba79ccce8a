# syntax=docker/dockerfile:1
# Both programs in one small image that runs as nobody in particular. `compose.yaml` puts the whole system together.
FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc g++ libc6-dev perl \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --release --workspace \
    && mkdir /out \
    && cp target/release/generator target/release/sidecar /out/

FROM debian:bookworm-slim
# pg_dump is what `sidecar backup` of a PostgreSQL database calls.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/graveyard --create-home graveyard \
    && install -d -o graveyard -g graveyard /var/lib/graveyard/output
COPY --from=build /out/generator /out/sidecar /usr/local/bin/
# A site of one's own is mounted here; without one it is the shipped one.
WORKDIR /var/lib/graveyard
USER 10001
ENV LISTEN=0.0.0.0:8000 LOG_FORMAT=json
EXPOSE 8000
CMD ["sidecar", "serve"]

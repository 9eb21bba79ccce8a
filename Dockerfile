# Both programs in one small image that runs as nobody in particular. `compose.yaml` puts the whole system together.
FROM rust:1.95-slim-trixie AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc g++ libc6-dev make perl \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# Without cache mounts, which not every builder knows: Heroku's may be one of them.
RUN cargo build --locked --release --workspace \
    && mkdir /out \
    && cp target/release/generator target/release/sidecar /out/ \
    && rm -rf target

FROM debian:trixie-slim
# pg_dump is what `sidecar backup` of a PostgreSQL database calls: this one, 17, reads servers up to its own version.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/graveyard --create-home graveyard \
    && install -d -o graveyard -g graveyard /var/lib/graveyard/output
COPY --from=build /out/generator /out/sidecar /usr/local/bin/
# A site of one's own is mounted here; without one it is the shipped one.
WORKDIR /var/lib/graveyard
USER 10001
# A port and no address: LISTEN would go before the PORT that a platform such as Heroku gives.
ENV PORT=8000 LOG_FORMAT=json
EXPOSE 8000
CMD ["sidecar", "serve"]

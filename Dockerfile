# One image for server and agent; docker-compose.yml says which is which.
# BASE: Debian or a descendant with Node 20 and npm.
ARG BASE=node:20-bookworm-slim
FROM ${BASE} AS build
LABEL dev.gantry.image=build
WORKDIR /gantry
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run generate && npm run build && npm prune --omit=dev

FROM ${BASE}
LABEL dev.gantry.image=gantry
RUN apt-get update \
 && apt-get install -y --no-install-recommends nftables iptables iproute2 conntrack mount kmod busybox-static \
 && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production GANTRY_STATE=/var/lib/gantry
WORKDIR /gantry
COPY --from=build /gantry ./
EXPOSE 7480
STOPSIGNAL SIGINT
CMD ["node", "dist/start.mjs", "--agent", "no"]

# One image for server and agent; docker-compose.yml says which is which.
FROM node:20-bookworm-slim AS build
WORKDIR /gantry
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run generate && npm prune --omit=dev

FROM node:20-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends nftables iptables iproute2 conntrack busybox-static \
 && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production GANTRY_STATE=/var/lib/gantry
WORKDIR /gantry
COPY --from=build /gantry ./
EXPOSE 7480
STOPSIGNAL SIGINT
CMD ["node", "--import", "tsx", "src/main/start.ts", "--agent", "no"]

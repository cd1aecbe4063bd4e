# The image of `intents controller`: Node and the packages that run, nothing to build with, no shell, no root.
# Build it with the version of the package:  docker build -t registry.example.com/cdk8s-intents:0.1.0 .
# The bases are named by version, not by digest: a digest goes stale with each of their fixes, and is your registry's to vouch
# for. Where your policy wants digests, pin both FROM lines when you build.
ARG NODE_VERSION=22.14.0

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /app
# What is installed depends on these two only: a change of the sources leaves this layer as it is.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json tsconfig.declarations.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev --omit=peer --ignore-scripts --no-audit --no-fund

FROM gcr.io/distroless/nodejs22-debian12:nonroot
LABEL org.opencontainers.image.title="cdk8s-intents" \
      org.opencontainers.image.description="Keeps network policies and labels of a cluster as its intents want them" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
ENV NODE_ENV=production
# For a limit of 512 MiB of memory, as ControllerDeployment gives: Node collects garbage earlier than it would by itself, and
# ends rather than being killed. A larger cluster than 40,000 pods needs more of both (docs/controller.md).
ENV NODE_OPTIONS="--max-old-space-size=384 --max-semi-space-size=4"
COPY --from=build /app/package.json ./package.json
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/lib ./lib
COPY crds ./crds
# By number, so that Kubernetes can see that it is not root (runAsNonRoot).
USER 65532:65532
EXPOSE 8080 8081 9443
ENTRYPOINT ["/nodejs/bin/node", "/app/lib/cli/main.js"]
CMD ["controller"]

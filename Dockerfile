# The image: Node, one bundled file each of the controller, the command and the dashboard, and the dashboard's page. No shell, no package manager, no packages.
#
#   docker build -t REGISTRY/serin:0.1.0 .
ARG NODE=24.21.0
FROM node:${NODE}-bookworm-slim AS build
WORKDIR /build
COPY . .
RUN npm run bundle
# What Node needs of the system and nothing else: itself, the libraries that it names, a user.
RUN mkdir -p /image/serin /image/etc /image/usr/local/bin \
 && cp /usr/local/bin/node /image/usr/local/bin/node \
 && ldd /usr/local/bin/node | grep -o '/[^ ]*' | xargs -I LIBRARY cp --parents --dereference LIBRARY /image \
 && cp -R dist/*.mjs dist/*.LEGAL.txt dist/page LICENSE /image/serin/ \
 && echo 'serin:x:65532:65532::/:/sbin/nologin' > /image/etc/passwd \
 && echo 'serin:x:65532:' > /image/etc/group \
 && echo 'hosts: files dns' > /image/etc/nsswitch.conf

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Serin" \
      org.opencontainers.image.description="Progressive delivery for Kubernetes: the controller, the dashboard and the command serin" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image /
USER 65532:65532
# Of the controller, and of the dashboard.
EXPOSE 8080 8081
# Room for what is new: with the 1 MiB that Node gives it in so small a container, a third of the controller's time went into clearing it.
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=4
ENTRYPOINT ["/usr/local/bin/node"]
CMD ["/serin/controller.mjs"]

package io.wkmq.cluster.discovery.k8s;

import java.net.URI;
import java.nio.file.Path;

/**
 * What the Kubernetes strategy needs to know.
 *
 * @param apiServer its URL
 * @param service whose endpoints are the nodes
 * @param namespace of the service
 * @param addressType how nodes are addressed
 * @param suffix the end of DNS names; empty for the usual one
 * @param tokenFile what is shown to an API server with https; read before each call
 * @param caFile who signs its certificate
 */
public record K8sSettings(
        URI apiServer,
        String service,
        String namespace,
        AddressType addressType,
        String suffix,
        Path tokenFile,
        Path caFile) {
    boolean secure() {
        return "https".equals(apiServer.getScheme());
    }
}

package io.wkmq.cluster.discovery.k8s;

import java.net.URI;
import java.nio.file.Path;

/**
 * Settings of the Kubernetes strategy.
 *
 * @param apiServer the URL of the API server
 * @param service the service whose endpoints are the nodes
 * @param namespace the service's namespace
 * @param addressType how nodes are addressed
 * @param suffix the end of DNS names; empty for the default
 * @param tokenFile the file with the token for an https API server; read before each call
 * @param caFile the file with the authority of the API server's certificate
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

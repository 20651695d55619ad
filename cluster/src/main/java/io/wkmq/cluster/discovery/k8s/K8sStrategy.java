package io.wkmq.cluster.discovery.k8s;

import io.wkmq.cluster.discovery.DiscoveryStrategy;
import io.wkmq.cluster.discovery.Found;
import io.wkmq.cluster.discovery.HostPort;
import io.wkmq.cluster.discovery.k8s.K8sApi.RefusedException;
import io.wkmq.cluster.membership.SeedAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code k8s}: the endpoints of a service, requested from the API server as EndpointSlices, or as Endpoints if the server does not
 * support the former or does not show them to this pod.
 */
public final class K8sStrategy implements DiscoveryStrategy {
    private final K8sSettings settings;
    private final int port;
    private final K8sApi api;

    /**
     * Creates a strategy for a service.
     *
     * @param port the membership port of nodes
     */
    public K8sStrategy(K8sSettings settings, int port) {
        this.settings = settings;
        this.port = port;
        this.api = new K8sApi(settings);
    }

    @Override
    public String name() {
        return "k8s";
    }

    @Override
    public Found discover() throws IOException, InterruptedException {
        List<Endpoint> endpoints = endpoints();
        List<SeedAddress> addresses = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            try {
                addresses.add(new HostPort(endpoint.host(settings), port).address(port));
            } catch (IllegalArgumentException wrong) {
                remarks.add("an endpoint of the service " + settings.service() + " is no host: " + wrong.getMessage());
            }
        }
        if (endpoints.isEmpty()) {
            remarks.add("the service " + settings.service() + " in the namespace " + settings.namespace()
                    + " has no endpoints: it is not there, it selects no pods, or it has no selector");
        }
        boolean nameless = settings.addressType() == AddressType.HOSTNAME
                && endpoints.stream().anyMatch(endpoint -> endpoint.hostname().isEmpty());
        if (nameless) {
            remarks.add("pods of the service " + settings.service() + " have no host name, their IP addresses are used:"
                    + " a StatefulSet with serviceName = " + settings.service() + " gives them one");
        }
        return new Found(addresses, remarks);
    }

    private List<Endpoint> endpoints() throws IOException, InterruptedException {
        try {
            return api.slices();
        } catch (RefusedException slices) {
            if (!slices.ofThisKind()) {
                throw slices;
            }
            try {
                return api.endpoints();
            } catch (RefusedException endpoints) {
                endpoints.addSuppressed(slices);
                throw new IOException(slices.getMessage() + "; " + endpoints.getMessage(), endpoints);
            }
        }
    }
}

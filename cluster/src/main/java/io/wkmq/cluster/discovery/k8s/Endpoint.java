package io.wkmq.cluster.discovery.k8s;

import io.wkmq.cluster.discovery.http.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * A pod behind a service. Pods that are not ready count as well, since nodes that wait for each other are not ready yet.
 *
 * @param address its IP address
 * @param hostname its host name; empty if the service does not know it
 */
record Endpoint(String address, String hostname) {
    /** Returns the endpoints in a list of EndpointSlices ({@code discovery.k8s.io/v1}). */
    static List<Endpoint> ofSlices(Json list) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (Json slice : list.at("items").items()) {
            for (Json endpoint : slice.at("endpoints").items()) {
                String hostname = endpoint.at("hostname").text();
                endpoint.at("addresses")
                        .items()
                        .forEach(address -> endpoints.add(new Endpoint(address.text(), hostname)));
            }
        }
        return endpoints;
    }

    /** Returns the endpoints in an Endpoints object ({@code v1}). */
    static List<Endpoint> of(Json object) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (Json subset : object.at("subsets").items()) {
            for (String which : List.of("addresses", "notReadyAddresses")) {
                for (Json address : subset.at(which).items()) {
                    endpoints.add(new Endpoint(
                            address.at("ip").text(), address.at("hostname").text()));
                }
            }
        }
        return endpoints;
    }

    /** Returns the host under which the pod is met. */
    String host(K8sSettings settings) {
        return switch (settings.addressType()) {
            case IP -> address;
            case DNS ->
                address.replace('.', '-').replace(':', '-')
                        + '.'
                        + settings.namespace()
                        + '.'
                        + suffix(settings, "pod.cluster.local");
            case HOSTNAME ->
                hostname.isEmpty()
                        ? address
                        : hostname
                                + '.'
                                + settings.service()
                                + '.'
                                + settings.namespace()
                                + '.'
                                + suffix(settings, "svc.cluster.local");
        };
    }

    private static String suffix(K8sSettings settings, String usual) {
        return settings.suffix().isEmpty() ? usual : settings.suffix();
    }
}

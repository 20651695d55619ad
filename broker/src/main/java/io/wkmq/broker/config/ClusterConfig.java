package io.wkmq.broker.config;

import io.wkmq.routing.NodeName;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * How nodes find and keep each other: {@code cluster.*}. The settings of all strategies are read and checked, whichever is
 * chosen.
 *
 * @param name only nodes with the same one meet
 * @param discovery how nodes find each other
 * @param autoheal whether a split cluster heals by itself
 * @param autoclean after how long a node that is down is removed; zero for never
 * @param seeds the nodes of {@link Discovery#STATIC}
 * @param mcast for {@link Discovery#MCAST}
 * @param dns for {@link Discovery#DNS}
 * @param etcd for {@link Discovery#ETCD}
 * @param k8s for {@link Discovery#K8S}
 */
public record ClusterConfig(
        String name,
        Discovery discovery,
        boolean autoheal,
        Duration autoclean,
        List<NodeName> seeds,
        Mcast mcast,
        Dns dns,
        Etcd etcd,
        K8s k8s) {
    /** Takes an immutable copy of the seeds. */
    public ClusterConfig {
        seeds = List.copyOf(seeds);
    }

    /** How nodes find each other; the names are those of the configuration. */
    public enum Discovery {
        /** An administrator joins them. */
        MANUAL,
        /** From a list. */
        STATIC,
        /** By multicast. */
        MCAST,
        /** By the addresses of a DNS name. */
        DNS,
        /** Through etcd. */
        ETCD,
        /** Through the endpoints of a Kubernetes service. */
        K8S
    }

    /**
     * {@code cluster.mcast.*}.
     *
     * @param address the group
     * @param ports the first free one is bound, all are sent to
     * @param networkInterface address of the interface
     * @param ttl how many routers a packet passes
     * @param loop whether nodes on the same host hear it
     */
    public record Mcast(String address, List<Integer> ports, String networkInterface, int ttl, boolean loop) {
        /** Takes an immutable copy of the ports. */
        public Mcast {
            ports = List.copyOf(ports);
        }
    }

    /**
     * {@code cluster.dns.*}.
     *
     * @param name the DNS name
     * @param app the part of the node names before the {@code @}
     */
    public record Dns(String name, String app) {}

    /**
     * {@code cluster.etcd.*}.
     *
     * @param servers any of them is asked
     * @param prefix of the keys
     * @param nodeTtl how long a node that is silent stays listed
     */
    public record Etcd(List<URI> servers, String prefix, Duration nodeTtl) {
        /** Takes an immutable copy of the servers. */
        public Etcd {
            servers = List.copyOf(servers);
        }
    }

    /** What of an endpoint becomes the host of a node's name. */
    public enum AddressType {
        /** Its IP address. */
        IP,
        /** Its DNS name. */
        DNS
    }

    /**
     * {@code cluster.k8s.*}.
     *
     * @param apiServer the API server
     * @param serviceName the service whose endpoints are the nodes
     * @param addressType what becomes the host of a node's name
     * @param appName the part of the node names before the {@code @}
     * @param namespace the service's namespace
     */
    public record K8s(URI apiServer, String serviceName, AddressType addressType, String appName, String namespace) {}
}

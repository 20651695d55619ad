package io.wkmq.broker.config;

import io.wkmq.cluster.ClusterTimes;
import io.wkmq.cluster.discovery.StaticSeed;
import io.wkmq.cluster.membership.Detector;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cluster: discovery and membership, {@code cluster.*}. The settings of all discovery strategies are read and validated,
 * whichever is chosen.
 *
 * @param name the cluster's name; only nodes with the same name form a cluster
 * @param discovery how nodes find each other
 * @param bootstrapExpect how many nodes found a cluster; 0 if each may do so alone
 * @param joinTimeout the time limit of a join
 * @param autoheal whether and when a split cluster heals automatically
 * @param autoclean how long after it went down a node is removed; zero for never
 * @param heartbeat how nodes detect that another one has failed
 * @param tls the TLS settings of connections between nodes, or null for none
 * @param linkQueueBytes the maximum size of the queue for another node
 * @param subackWait how long a SUBACK waits until the other nodes know the subscription
 * @param times all other time limits for waiting on other nodes
 * @param netsplit what clients may do on a node in the minority of a split cluster
 * @param channelReplicas how many nodes, the first ones of the cluster, replicate its channels; 1 if each node stores its own
 * @param channelGroups the number of channel groups, fixed when the first channel was declared
 * @param channelRebalanceAfter how long after it appeared a node gets its share of group leaderships; zero for never
 * @param channelScrub how channel records are checked for damage
 * @param channelBatch how messages for channels are batched
 * @param seeds the nodes of {@link Discovery#STATIC}
 * @param mcast the settings of {@link Discovery#MCAST}
 * @param dns the settings of {@link Discovery#DNS}
 * @param etcd the settings of {@link Discovery#ETCD}
 * @param k8s the settings of {@link Discovery#K8S}
 */
public record ClusterConfig(
        String name,
        Discovery discovery,
        int bootstrapExpect,
        Duration joinTimeout,
        Autoheal autoheal,
        Duration autoclean,
        Heartbeat heartbeat,
        @Nullable Tls tls,
        long linkQueueBytes,
        Duration subackWait,
        ClusterTimes times,
        Netsplit netsplit,
        int channelReplicas,
        int channelGroups,
        Duration channelRebalanceAfter,
        ChannelScrub channelScrub,
        ChannelBatch channelBatch,
        List<StaticSeed> seeds,
        Mcast mcast,
        Dns dns,
        Etcd etcd,
        K8s k8s) {
    /** Takes an immutable copy of the seeds. */
    public ClusterConfig {
        seeds = List.copyOf(seeds);
    }

    /** How nodes find each other. The names are those of the configuration. */
    public enum Discovery {
        /** Joined by an administrator. */
        MANUAL,
        /** A fixed list of nodes. */
        STATIC,
        /** Multicast. */
        MCAST,
        /** The addresses of a DNS name. */
        DNS,
        /** Through etcd. */
        ETCD,
        /** The endpoints of a Kubernetes service. */
        K8S,
        /** None: the node stays alone. */
        SINGLETON
    }

    /**
     * {@code cluster.autoheal} and the keys below it.
     *
     * @param enabled whether a split cluster heals automatically
     * @param delay how long after the start the node first looks for another part of the cluster
     * @param period how often it looks for one
     */
    public record Autoheal(boolean enabled, Duration delay, Duration period) {}

    /**
     * {@code cluster.allow_..._during_netsplit}: what clients may do on a node in the minority of a split cluster.
     *
     * @param register whether they may connect
     * @param publish whether they may publish
     * @param subscribe whether they may subscribe
     */
    public record Netsplit(boolean register, boolean publish, boolean subscribe) {
        /** Returns whether a split restricts nothing. */
        public boolean allowsAll() {
            return register && publish && subscribe;
        }
    }

    /**
     * {@code cluster.channels.scrub_*}.
     *
     * @param interval the pause between the end of one pass and the start of the next; zero for never
     * @param rateBytes the maximum number of bytes read per second
     */
    public record ChannelScrub(Duration interval, long rateBytes) {}

    /**
     * {@code cluster.channels.batch_*}: the bounds of one operation in a group's log.
     *
     * @param messages the maximum number of messages
     * @param bytes the maximum total size of the messages, unless a single one is larger
     * @param linger how long messages wait for others to join them while operations are in flight; zero to choose by the number
     *     of replicas
     */
    public record ChannelBatch(int messages, long bytes, Duration linger) {}

    /**
     * {@code cluster.heartbeat.*}.
     *
     * @param interval the time between two heartbeats
     * @param max the silence after which a node is considered failed
     * @param detector how the leader detects failed nodes
     */
    public record Heartbeat(Duration interval, Duration max, Detector detector) {}

    /**
     * {@code cluster.tls.*}: PEM files for mutual TLS between nodes.
     *
     * @param cert this node's certificate and any intermediate certificates
     * @param key its private key
     * @param ca the CA certificates that sign the nodes' certificates
     */
    public record Tls(Path cert, Path key, Path ca) {}

    /**
     * {@code cluster.mcast.*}.
     *
     * @param address the multicast group
     * @param ports the ports; the first free one is bound, packets are sent to all of them
     * @param networkInterface the address of the interface; the wildcard address for all interfaces
     * @param ttl the multicast TTL: how many routers a packet may pass
     * @param loop whether nodes on the same host receive the packets
     */
    public record Mcast(String address, List<Integer> ports, String networkInterface, int ttl, boolean loop) {
        /** Takes an immutable copy of the ports. */
        public Mcast {
            ports = List.copyOf(ports);
        }
    }

    /** The type of DNS record to query. */
    public enum RecordType {
        /** IPv4 addresses. */
        A,
        /** IPv6 addresses. */
        AAAA,
        /** Host names with ports. */
        SRV
    }

    /**
     * {@code cluster.dns.*}.
     *
     * @param name the DNS name
     * @param recordType the type of record to query
     */
    public record Dns(String name, RecordType recordType) {}

    /**
     * {@code cluster.etcd.*}.
     *
     * @param servers the servers, any of which may be queried
     * @param prefix the prefix of the keys
     * @param nodeTtl how long a silent node stays listed
     * @param user the user name; empty if etcd requires none
     * @param password the password of the user
     * @param ca the CA certificates that sign the servers' certificates; null for those of the Java installation
     * @param cert the client certificate, or null
     * @param key its private key, or null
     */
    public record Etcd(
            List<URI> servers,
            String prefix,
            Duration nodeTtl,
            String user,
            Secret password,
            @Nullable Path ca,
            @Nullable Path cert,
            @Nullable Path key) {
        /** Takes an immutable copy of the servers. */
        public Etcd {
            servers = List.copyOf(servers);
        }
    }

    /** Which address of an endpoint its node is reached at. */
    public enum AddressType {
        /** The IP address. */
        IP,
        /** The DNS name that is derived from the pod's IP address. */
        DNS,
        /** The DNS name that is derived from the pod's host name, as in a StatefulSet. */
        HOSTNAME
    }

    /**
     * {@code cluster.k8s.*}.
     *
     * @param apiServer the API server
     * @param serviceName the service whose endpoints are the nodes
     * @param addressType how the nodes are addressed
     * @param namespace the service's namespace
     * @param suffix the suffix of the DNS names; empty for the default
     * @param tokenFile the token presented to the API server
     * @param caFile the CA certificates that sign the API server's certificate
     */
    public record K8s(
            URI apiServer,
            String serviceName,
            AddressType addressType,
            String namespace,
            String suffix,
            Path tokenFile,
            Path caFile) {}
}

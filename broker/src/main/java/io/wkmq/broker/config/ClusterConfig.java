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
 * How nodes find and keep each other: {@code cluster.*}. The settings of all strategies are read and checked, whichever is
 * chosen.
 *
 * @param name only nodes with the same one meet
 * @param discovery how nodes find each other
 * @param bootstrapExpect how many nodes found a cluster; 0 if each may alone
 * @param joinTimeout how long a node that joins is given
 * @param autoheal whether and when a split cluster heals by itself
 * @param autoclean after how long a node that is down is removed; zero for never
 * @param heartbeat how nodes notice that another is gone
 * @param tls for what goes between nodes, or null for none
 * @param linkQueueBytes how much waits for a node that is slow
 * @param subackWait how long a SUBACK waits for the other nodes to know of the subscription
 * @param times how long everything else waits for other nodes
 * @param netsplit what clients may do on a node that is in the smaller part of a split cluster
 * @param channelReplicas how many nodes, the first ones of the cluster, keep its channels together; 1 if a node keeps its own
 * @param channelGroups in how many groups the channels are, as they were when the first one was declared
 * @param channelRebalanceAfter how long after it has come a node leads as many groups of channels as the others; zero for never
 * @param channelScrub how the records of channels are looked through for damage
 * @param channelBatch how messages for channels are gathered
 * @param seeds the nodes of {@link Discovery#STATIC}
 * @param mcast for {@link Discovery#MCAST}
 * @param dns for {@link Discovery#DNS}
 * @param etcd for {@link Discovery#ETCD}
 * @param k8s for {@link Discovery#K8S}
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
        K8S,
        /** Not at all: the node stays alone. */
        SINGLETON
    }

    /**
     * {@code cluster.autoheal} and the keys below it.
     *
     * @param enabled whether a split cluster heals by itself
     * @param delay after the start, before another part of the cluster is looked for
     * @param period between two looks for one
     */
    public record Autoheal(boolean enabled, Duration delay, Duration period) {}

    /**
     * {@code cluster.allow_..._during_netsplit}: what clients may do on a node that is in the smaller part of a split cluster.
     *
     * @param register connect
     * @param publish publish
     * @param subscribe subscribe
     */
    public record Netsplit(boolean register, boolean publish, boolean subscribe) {
        /** Whether a split makes no difference. */
        public boolean allowsAll() {
            return register && publish && subscribe;
        }
    }

    /**
     * {@code cluster.channels.scrub_*}.
     *
     * @param interval from the end of one look to the beginning of the next; zero for never
     * @param rateBytes how much is read in a second at most
     */
    public record ChannelScrub(Duration interval, long rateBytes) {}

    /**
     * {@code cluster.channels.batch_*}: what one operation of a group's log takes.
     *
     * @param messages how many messages at most
     * @param bytes how many bytes of them at most, unless one has more
     * @param linger how long they wait for more of them while operations are under way; zero for what suits the number of replicas
     */
    public record ChannelBatch(int messages, long bytes, Duration linger) {}

    /**
     * {@code cluster.heartbeat.*}.
     *
     * @param interval between two signs of life
     * @param max after which silence a node is taken to be gone
     * @param detector how the leader tells that another node is gone
     */
    public record Heartbeat(Duration interval, Duration max, Detector detector) {}

    /**
     * {@code cluster.tls.*}: files in PEM form. Each side shows its certificate to the other.
     *
     * @param cert this node's certificate and those between it and the authority
     * @param key its private key
     * @param ca the authorities that sign the nodes' certificates
     */
    public record Tls(Path cert, Path key, Path ca) {}

    /**
     * {@code cluster.mcast.*}.
     *
     * @param address the group
     * @param ports the first free one is bound, all are sent to
     * @param networkInterface address of the interface; that of any address for all of them
     * @param ttl how many routers a packet passes
     * @param loop whether nodes on the same host hear it
     */
    public record Mcast(String address, List<Integer> ports, String networkInterface, int ttl, boolean loop) {
        /** Takes an immutable copy of the ports. */
        public Mcast {
            ports = List.copyOf(ports);
        }
    }

    /** What is asked of the DNS name. */
    public enum RecordType {
        /** IPv4 addresses. */
        A,
        /** IPv6 addresses. */
        AAAA,
        /** Hosts with ports. */
        SRV
    }

    /**
     * {@code cluster.dns.*}.
     *
     * @param name the DNS name
     * @param recordType what it is asked for
     */
    public record Dns(String name, RecordType recordType) {}

    /**
     * {@code cluster.etcd.*}.
     *
     * @param servers any of them is asked
     * @param prefix of the keys
     * @param nodeTtl how long a node that is silent stays listed
     * @param user who asks; empty if etcd does not want to know
     * @param password of the user
     * @param ca the authorities that sign the servers' certificates; null for those of the Java installation
     * @param cert the certificate that is shown to the servers, or null
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

    /** What of an endpoint is the address at which its node is met. */
    public enum AddressType {
        /** Its IP address. */
        IP,
        /** The DNS name that a pod has by its IP address. */
        DNS,
        /** The DNS name that a pod has by its host name, as those of a StatefulSet have. */
        HOSTNAME
    }

    /**
     * {@code cluster.k8s.*}.
     *
     * @param apiServer the API server
     * @param serviceName the service whose endpoints are the nodes
     * @param addressType how the nodes are addressed
     * @param namespace the service's namespace
     * @param suffix the end of the DNS names; empty for the usual one
     * @param tokenFile the token that is shown to the API server
     * @param caFile the authorities that sign the API server's certificate
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

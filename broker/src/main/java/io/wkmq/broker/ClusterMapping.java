package io.wkmq.broker;

import io.wkmq.broker.config.BrokerConfig;
import io.wkmq.broker.config.ClusterConfig;
import io.wkmq.broker.config.NodeConfig;
import io.wkmq.cluster.ClusterSettings;
import io.wkmq.cluster.discovery.DiscoveryStrategy;
import io.wkmq.cluster.discovery.ListedNodes;
import io.wkmq.cluster.discovery.dns.DnsStrategy;
import io.wkmq.cluster.discovery.dns.RecordType;
import io.wkmq.cluster.discovery.etcd.EtcdSettings;
import io.wkmq.cluster.discovery.etcd.EtcdStrategy;
import io.wkmq.cluster.discovery.http.PemFiles;
import io.wkmq.cluster.discovery.k8s.AddressType;
import io.wkmq.cluster.discovery.k8s.K8sSettings;
import io.wkmq.cluster.discovery.k8s.K8sStrategy;
import io.wkmq.cluster.discovery.mcast.McastSettings;
import io.wkmq.cluster.discovery.mcast.McastStrategy;
import io.wkmq.cluster.hazelcast.MemberSettings;
import io.wkmq.cluster.security.Cookie;
import io.wkmq.cluster.security.CookieFile;
import io.wkmq.cluster.security.TlsFiles;
import java.io.IOException;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Maps the configuration to the settings of the cluster layer. */
final class ClusterMapping {
    private ClusterMapping() {}

    /**
     * Returns the cluster settings of a node.
     *
     * @throws IOException if the node's cookie cannot be read or written
     */
    static ClusterSettings of(BrokerConfig config) throws IOException {
        ClusterConfig cluster = config.cluster();
        NodeConfig node = config.node();
        ClusterConfig.Tls tls = cluster.tls();
        Cookie cookie = cookie(node, tls != null);
        return new ClusterSettings(
                cluster.name(),
                node.dataDir(),
                new MemberSettings.Ports(node.distListenMin(), node.distListenMax()),
                cookie,
                tls == null ? null : new TlsFiles(tls.cert(), tls.key(), tls.ca()),
                strategy(cluster, cookie, node.distListenMin()),
                cluster.discovery() == ClusterConfig.Discovery.MANUAL,
                cluster.bootstrapExpect(),
                cluster.joinTimeout(),
                cluster.autoheal().enabled(),
                cluster.autoheal().delay(),
                cluster.autoheal().period(),
                cluster.autoclean(),
                cluster.heartbeat().interval(),
                cluster.heartbeat().max(),
                cluster.heartbeat().detector(),
                cluster.linkQueueBytes(),
                cluster.subackWait(),
                cluster.times());
    }

    /** Returns the configured cookie. Without one, a node that uses TLS needs none; any other node loads or creates its own. */
    private static @Nullable Cookie cookie(NodeConfig node, boolean tls) throws IOException {
        if (node.cookie().present()) {
            return Cookie.of(node.cookie().value());
        }
        return tls ? null : CookieFile.loadOrCreate(node.dataDir(), new SecureRandom());
    }

    private static DiscoveryStrategy strategy(ClusterConfig cluster, @Nullable Cookie cookie, int port) {
        return switch (cluster.discovery()) {
            case MANUAL, SINGLETON -> ListedNodes.manual();
            case STATIC -> ListedNodes.of(cluster.seeds(), port);
            case MCAST -> mcast(cluster, cookie);
            case DNS ->
                new DnsStrategy(
                        cluster.dns().name(),
                        switch (cluster.dns().recordType()) {
                            case A -> RecordType.A;
                            case AAAA -> RecordType.AAAA;
                            case SRV -> RecordType.SRV;
                        },
                        port);
            case ETCD -> etcd(cluster);
            case K8S -> k8s(cluster.k8s(), port);
        };
    }

    private static DiscoveryStrategy mcast(ClusterConfig cluster, @Nullable Cookie cookie) {
        ClusterConfig.Mcast mcast = cluster.mcast();
        return new McastStrategy(
                new McastSettings(
                        cluster.name(),
                        cookie,
                        mcast.address(),
                        mcast.ports(),
                        mcast.networkInterface(),
                        mcast.ttl(),
                        mcast.loop()),
                new SecureRandom());
    }

    private static DiscoveryStrategy etcd(ClusterConfig cluster) {
        ClusterConfig.Etcd etcd = cluster.etcd();
        return new EtcdStrategy(new EtcdSettings(
                cluster.name(),
                etcd.servers(),
                etcd.prefix(),
                etcd.nodeTtl(),
                etcd.user(),
                etcd.password().value(),
                new PemFiles(etcd.ca(), etcd.cert(), etcd.key())));
    }

    private static DiscoveryStrategy k8s(ClusterConfig.K8s k8s, int port) {
        return new K8sStrategy(
                new K8sSettings(
                        k8s.apiServer(),
                        k8s.serviceName(),
                        k8s.namespace(),
                        switch (k8s.addressType()) {
                            case IP -> AddressType.IP;
                            case DNS -> AddressType.DNS;
                            case HOSTNAME -> AddressType.HOSTNAME;
                        },
                        k8s.suffix(),
                        k8s.tokenFile(),
                        k8s.caFile()),
                port);
    }
}

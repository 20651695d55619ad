package io.wkmq.broker.config;

import io.wkmq.broker.config.ClusterConfig.AddressType;
import io.wkmq.broker.config.ClusterConfig.Discovery;
import io.wkmq.broker.config.ClusterConfig.Dns;
import io.wkmq.broker.config.ClusterConfig.Etcd;
import io.wkmq.broker.config.ClusterConfig.K8s;
import io.wkmq.broker.config.ClusterConfig.Mcast;
import io.wkmq.routing.NodeName;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Reads {@code cluster.*}. Confined to the loader. */
final class ClusterSection {
    private static final String WORD = "[A-Za-z0-9_-]{1,128}";
    private static final String WORD_EXPECTED = "letters, digits, _ and -";
    private static final String HOST = "[A-Za-z0-9_.:%-]{1,253}";
    private static final String HOST_EXPECTED = "a host name or an IP address";

    private static final String URL_EXPECTED = "a URL without user and password, as in http://127.0.0.1:2379";

    private final Values values;

    ClusterSection(Values values) {
        this.values = values;
    }

    ClusterConfig read() {
        return new ClusterConfig(
                values.word("cluster.name", WORD, WORD_EXPECTED),
                discovery(),
                values.flag("cluster.autoheal"),
                values.durationOr(
                        "off", Duration.ZERO, "cluster.autoclean", Duration.ofSeconds(10), Duration.ofDays(3650)),
                values.parse(
                        "cluster.static.seeds",
                        text -> Values.split(text).stream().map(NodeName::parse).toList()),
                mcast(),
                new Dns(
                        values.word("cluster.dns.name", HOST, HOST_EXPECTED),
                        values.word("cluster.dns.app", WORD, WORD_EXPECTED)),
                etcd(),
                k8s());
    }

    private Discovery discovery() {
        Discovery discovery = values.choice("cluster.discovery", Discovery.class);
        if (discovery != Discovery.MANUAL) {
            values.reject(
                    "cluster.discovery",
                    discovery.name().toLowerCase(Locale.ROOT) + " is not in this version; expected manual");
        }
        return discovery;
    }

    private Mcast mcast() {
        return new Mcast(
                values.word("cluster.mcast.addr", HOST, "a multicast address"),
                values.parse("cluster.mcast.ports", ClusterSection::ports),
                values.word("cluster.mcast.iface", HOST, "the address of an interface"),
                values.integer("cluster.mcast.ttl", 0, 255),
                values.flag("cluster.mcast.loop"));
    }

    private static List<Integer> ports(String text) {
        List<String> ports = Values.split(text);
        boolean fit = !ports.isEmpty()
                && ports.stream()
                        .allMatch(port -> port.matches("\\d{1,5}")
                                && Integer.parseInt(port) > 0
                                && Integer.parseInt(port) <= 65535);
        Values.require(fit, "ports between commas, as in 4369,4370");
        return ports.stream().map(Integer::valueOf).toList();
    }

    private Etcd etcd() {
        return new Etcd(
                values.parse("cluster.etcd.server", text -> {
                    Values.require(!Values.split(text).isEmpty(), "at least one URL");
                    return Values.split(text).stream().map(ClusterSection::url).toList();
                }),
                values.word("cluster.etcd.prefix", "[A-Za-z0-9_/.-]{1,128}", "the start of a key"),
                values.duration("cluster.etcd.node_ttl", Duration.ofSeconds(1), Duration.ofHours(1)));
    }

    private K8s k8s() {
        return new K8s(
                values.parse("cluster.k8s.apiserver", ClusterSection::url),
                values.word("cluster.k8s.service_name", WORD, WORD_EXPECTED),
                values.choice("cluster.k8s.address_type", AddressType.class),
                values.word("cluster.k8s.app_name", WORD, WORD_EXPECTED),
                values.word("cluster.k8s.namespace", WORD, WORD_EXPECTED));
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            boolean fits = url.getHost() != null
                    && url.getRawUserInfo() == null
                    && List.of("http", "https").contains(url.getScheme());
            Values.require(fits, URL_EXPECTED);
            return url;
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("expected " + URL_EXPECTED, malformed);
        }
    }
}

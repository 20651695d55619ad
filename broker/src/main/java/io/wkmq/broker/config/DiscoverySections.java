package io.wkmq.broker.config;

import io.wkmq.broker.config.ClusterConfig.AddressType;
import io.wkmq.broker.config.ClusterConfig.Dns;
import io.wkmq.broker.config.ClusterConfig.Etcd;
import io.wkmq.broker.config.ClusterConfig.K8s;
import io.wkmq.broker.config.ClusterConfig.Mcast;
import io.wkmq.broker.config.ClusterConfig.RecordType;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the settings of each discovery strategy below {@code cluster}. Confined to the loader. */
final class DiscoverySections {
    private static final String HOST = "[A-Za-z0-9_.:%-]{1,253}";
    private static final String HOST_EXPECTED = "a host name or an IP address";
    private static final String URL_EXPECTED = "a URL without user and password, as in http://127.0.0.1:2379";
    private static final Pattern GROUP =
            Pattern.compile("2(2[4-9]|3[0-9])(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}|[fF]{2}[0-9a-fA-F:]{2,37}");

    private final Values values;

    DiscoverySections(Values values) {
        this.values = values;
    }

    Mcast mcast() {
        return new Mcast(
                values.word("cluster.mcast.addr", GROUP.pattern(), "a multicast address"),
                values.parse("cluster.mcast.ports", DiscoverySections::ports),
                values.word("cluster.mcast.iface", HOST, "the address of an interface"),
                values.integer("cluster.mcast.ttl", 0, 255),
                values.flag("cluster.mcast.loop"));
    }

    private static List<Integer> ports(String text) {
        List<String> ports = Values.split(text);
        boolean fit = !ports.isEmpty()
                && ports.size() <= 16
                && ports.stream()
                        .allMatch(port -> port.matches("\\d{1,5}")
                                && Integer.parseInt(port) > 0
                                && Integer.parseInt(port) <= 65535);
        Values.require(fit, "ports between commas, as in 4369,4370");
        return ports.stream().map(Integer::valueOf).toList();
    }

    Dns dns() {
        checkApp("cluster.dns.app");
        return new Dns(
                values.word("cluster.dns.name", HOST, HOST_EXPECTED),
                values.choice("cluster.dns.record_type", RecordType.class));
    }

    /** Validates a key that has no effect here: EMQ derived node names from it, whereas wkmq nodes announce their own. */
    private void checkApp(String key) {
        String unused = values.word(key, ClusterSection.WORD, ClusterSection.WORD_EXPECTED);
    }

    Etcd etcd() {
        String user = values.text("cluster.etcd.user");
        Secret password = new Secret(values.text("cluster.etcd.password"));
        if (user.isEmpty() == password.present()) {
            values.reject("cluster.etcd.password", "expected cluster.etcd.user with it, or neither");
        }
        @Nullable Path cert = values.file("cluster.etcd.tls.cert");
        @Nullable Path key = values.file("cluster.etcd.tls.key");
        if ((cert == null) != (key == null)) {
            values.reject(
                    cert == null ? "cluster.etcd.tls.key" : "cluster.etcd.tls.cert",
                    "expected cluster.etcd.tls.cert and cluster.etcd.tls.key, or neither");
        }
        return new Etcd(
                values.parse("cluster.etcd.server", DiscoverySections::urls),
                values.word("cluster.etcd.prefix", "[A-Za-z0-9_/.-]{1,128}", "the start of a key"),
                values.duration("cluster.etcd.node_ttl", Duration.ofSeconds(1), Duration.ofHours(1)),
                user,
                password,
                values.file("cluster.etcd.tls.ca"),
                cert,
                key);
    }

    K8s k8s() {
        checkApp("cluster.k8s.app_name");
        return new K8s(
                values.parse("cluster.k8s.apiserver", DiscoverySections::url),
                values.word("cluster.k8s.service_name", ClusterSection.WORD, ClusterSection.WORD_EXPECTED),
                values.choice("cluster.k8s.address_type", AddressType.class),
                values.word("cluster.k8s.namespace", ClusterSection.WORD, ClusterSection.WORD_EXPECTED),
                values.word("cluster.k8s.suffix", "[A-Za-z0-9.-]{0,128}", "the end of a DNS name"),
                values.path("cluster.k8s.token_file"),
                values.path("cluster.k8s.ca_file"));
    }

    private static List<URI> urls(String text) {
        List<String> urls = Values.split(text);
        Values.require(!urls.isEmpty() && urls.size() <= 16, "one URL or some, at most 16");
        return urls.stream().map(DiscoverySections::url).toList();
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

package io.wkmq.broker.config;

import io.wkmq.broker.config.ListenerConfig.AccessRule;
import io.wkmq.broker.config.ListenerConfig.BindAddress;
import io.wkmq.broker.config.ListenerConfig.PeerCertAsUserName;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.config.ListenerConfig.RateLimit;
import io.wkmq.broker.config.ListenerConfig.TlsConfig;
import io.wkmq.broker.config.ListenerConfig.UnixBind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one {@code listener.<protocol>.<name>} and the keys below it. Confined to the loader. */
final class ListenerSection {
    /** The key under which a listener's address is held: in EMQ's files the listener is both a value and an object. */
    static final String ADDRESS = "address";

    private static final Set<String> TLS_KEYS = Set.of(
            "keyfile",
            "certfile",
            "cacertfile",
            "verify",
            "fail_if_no_peer_cert",
            "peer_cert_as_username",
            "tls_versions",
            "ciphers",
            "handshake_timeout");
    private static final Map<String, String> TLS_VERSIONS = Map.of("tlsv1.3", "TLSv1.3", "tlsv1.2", "TLSv1.2");
    private static final Pattern CIPHER = Pattern.compile("TLS_[A-Z0-9_]+");

    private final Protocol protocol;
    private final String name;
    private final Values values;

    ListenerSection(Protocol protocol, String name, Values values) {
        this.protocol = protocol;
        this.name = name;
        this.values = values;
    }

    ListenerConfig read(List<String> accessKeys) {
        if (!protocol.secure()) {
            TLS_KEYS.stream()
                    .filter(values::isGiven)
                    .sorted()
                    .forEach(key -> values.reject(key, "expected on ssl and wss listeners only"));
        }
        return new ListenerConfig(
                protocol,
                name,
                address(),
                values.integer("acceptors", 1, 1024),
                values.integer("max_clients", 1, 10_000_000),
                values.integer("max_conn_rate", 0, 1_000_000),
                values.integer("backlog", 1, 65535),
                rateLimit(),
                values.integer("messages_rate", 0, 10_000_000),
                mountpoint(),
                access(accessKeys),
                values.flag("proxy_protocol"),
                millis("proxy_protocol_timeout"),
                values.flag("nodelay"),
                values.flag("reuseaddr"),
                values.word("path", "/[A-Za-z0-9_.~/-]{0,255}", "a path that starts with /, as in /mqtt"),
                protocol.secure() ? tls() : null);
    }

    private BindAddress address() {
        if (protocol == Protocol.UNIX) {
            return new UnixBind(values.path(ADDRESS));
        }
        return values.parse(ADDRESS, AddressReader::inet);
    }

    private long millis(String key) {
        return values.duration(key, Duration.ofMillis(100), Duration.ofMinutes(10))
                .toMillis();
    }

    /** Reads EMQ's {@code burst,rate}; plain numbers are in KB. */
    private @Nullable RateLimit rateLimit() {
        if (!values.isSet("rate_limit")) {
            return null;
        }
        return values.parse("rate_limit", text -> {
            if (text.isEmpty()) {
                return new RateLimit(0, 0);
            }
            List<String> parts = Values.split(text);
            Values.require(parts.size() == 2, "burst,rate in KB a second, as in 100,10, or with units, as in 1MB,64KB");
            long burst = kilobytes(parts.get(0));
            long rate = kilobytes(parts.get(1));
            Values.require(burst > 0 && rate > 0, "burst and rate above 0");
            return new RateLimit(burst, rate);
        });
    }

    private static long kilobytes(String text) {
        return Units.bytes(text.matches("\\d{1,9}") ? text + "KB" : text);
    }

    private String mountpoint() {
        return values.parse("mountpoint", text -> {
            boolean fits = text.length() <= 1024 && text.chars().noneMatch(c -> c == '+' || c == '#' || c == 0);
            Values.require(fits, "the start of a topic, without + and #, as in devices/%u/");
            return text;
        });
    }

    private List<AccessRule> access(List<String> keys) {
        Map<Integer, AccessRule> rules = new TreeMap<>();
        for (String key : keys) {
            rules.put(Integer.valueOf(key.substring(key.indexOf('.') + 1)), rule(key));
        }
        return List.copyOf(rules.values());
    }

    private AccessRule rule(String key) {
        try {
            String[] words = values.text(key).split("\\s+", -1);
            boolean fits = words.length == 2 && (words[0].equals("allow") || words[0].equals("deny"));
            Values.require(fits, "allow or deny and an address, as in deny 10.0.0.0/8 or allow all");
            return new AccessRule(
                    words[0].equals("allow"), words[1].equals("all") ? "all" : AddressReader.cidr(words[1]));
        } catch (IllegalArgumentException wrong) {
            values.reject(key, String.valueOf(wrong.getMessage()));
            return new AccessRule(false, "all");
        }
    }

    private TlsConfig tls() {
        boolean verifyPeer = values.parse("verify", text -> {
            Values.require(text.equals("verify_peer") || text.equals("verify_none"), "verify_peer or verify_none");
            return text.equals("verify_peer");
        });
        boolean failIfNone = values.flag("fail_if_no_peer_cert");
        if (failIfNone && !verifyPeer) {
            values.reject("fail_if_no_peer_cert", "expected verify = verify_peer with it");
        }
        Path caCertFile = values.isSet("cacertfile") ? file("cacertfile") : null;
        if (verifyPeer && caCertFile == null) {
            values.reject("verify", "expected cacertfile with it, the certificates that sign those of clients");
        }
        @Nullable
        PeerCertAsUserName userName = values.isSet("peer_cert_as_username")
                ? values.parse("peer_cert_as_username", ListenerSection::peerCertAsUserName)
                : null;
        if (userName != null && !verifyPeer) {
            values.reject("peer_cert_as_username", "expected verify = verify_peer with it");
        }
        return new TlsConfig(
                file("keyfile"),
                file("certfile"),
                caCertFile,
                verifyPeer,
                failIfNone,
                userName,
                values.parse("tls_versions", ListenerSection::tlsVersions),
                values.parse("ciphers", ListenerSection::ciphers),
                millis("handshake_timeout"));
    }

    private static PeerCertAsUserName peerCertAsUserName(String text) {
        return switch (text) {
            case "cn" -> PeerCertAsUserName.CN;
            case "dn" -> PeerCertAsUserName.DN;
            // The default. It is only parsed as the substitute for an invalid value.
            case "" -> PeerCertAsUserName.CN;
            default -> throw new IllegalArgumentException("expected cn or dn");
        };
    }

    private static List<String> tlsVersions(String text) {
        List<String> versions = Values.split(text);
        boolean fit =
                !versions.isEmpty() && versions.stream().allMatch(version -> TLS_VERSIONS.containsKey(lower(version)));
        Values.require(fit, "TLSv1.3, TLSv1.2 or both; older versions are not safe");
        return versions.stream()
                .map(version -> String.valueOf(TLS_VERSIONS.get(lower(version))))
                .toList();
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static List<String> ciphers(String text) {
        List<String> ciphers = Values.split(text);
        Values.require(
                ciphers.stream().allMatch(cipher -> CIPHER.matcher(cipher).matches()),
                "names of cipher suites between commas, as in TLS_AES_128_GCM_SHA256");
        return ciphers;
    }

    /** Returns a required file, and reports it if it is missing or unreadable. */
    private Path file(String key) {
        if (!values.isSet(key)) {
            values.reject(ADDRESS, "expected " + key + " with it, a PEM file");
            return Path.of("/");
        }
        return Objects.requireNonNull(values.file(key), key);
    }
}

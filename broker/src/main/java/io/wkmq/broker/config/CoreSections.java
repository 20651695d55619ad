package io.wkmq.broker.config;

import io.wkmq.broker.config.ListenerConfig.InetBind;
import io.wkmq.broker.config.LogConfig.Format;
import io.wkmq.broker.config.LogConfig.Level;
import io.wkmq.routing.NodeName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the sections that take only a few lines each. Confined to the loader. */
final class CoreSections {
    private static final int PORT_MAX = 65535;
    private static final int EVENT_LOOPS_MAX = 1024;
    private static final Duration SHUTDOWN_DRAIN_MAX = Duration.ofMinutes(10);
    private static final String AUTH_FILE = "auth-file";
    private static final String SINGLETON = "singleton";
    private static final String EMQ_DEFAULT_COOKIE = "emqsecretcookie";

    /** The path of a unix domain socket takes 108 bytes on Linux and 104 on macOS, including the terminating zero. */
    private static final int SOCKET_PATH_BYTES_MAX = 103;

    private final Values values;
    private final Problems problems;

    CoreSections(Values values, Problems problems) {
        this.values = values;
        this.problems = problems;
    }

    NodeConfig node() {
        int min = values.integer("node.dist_listen_min", 1, PORT_MAX);
        int max = values.integer("node.dist_listen_max", 1, PORT_MAX);
        if (min > max) {
            values.reject("node.dist_listen_max", "expected a port not below node.dist_listen_min = " + min);
            max = min;
        } else if (min == max && !values.text("cluster.discovery").equalsIgnoreCase(SINGLETON)) {
            values.reject(
                    "node.dist_listen_max",
                    "expected a port above node.dist_listen_min = " + min
                            + ": a node takes members on one and messages of other nodes on another; or"
                            + " cluster.discovery = " + SINGLETON);
        }
        NodeName name = values.parse("node.name", NodeName::parse);
        String cookie = values.text("node.cookie");
        if (cookie.equals(EMQ_DEFAULT_COOKIE)) {
            everybodyKnows(name.host());
        }
        return new NodeConfig(
                name,
                new Secret(cookie),
                values.path("node.data_dir"),
                values.parse("node.event_loops", CoreSections::eventLoops),
                min,
                max,
                values.duration("node.shutdown_drain", Duration.ZERO, SHUTDOWN_DRAIN_MAX));
    }

    /** Handles the well-known default cookie: it would admit anyone who can reach the node, unless TLS keeps strangers out. */
    private void everybodyKnows(String host) {
        boolean alone = values.text("cluster.discovery").equalsIgnoreCase(SINGLETON);
        if (alone || tls() || isLoopback(host)) {
            problems.notice(
                    "node.cookie is the one EMQ ships, which everybody knows; choose your own before you cluster");
        } else {
            values.reject(
                    "node.cookie",
                    "everybody knows this one, which EMQ ships, and other machines reach " + host
                            + " (node.name); expected a long random text of your own, the same on all nodes;"
                            + " or cluster.tls.*, or cluster.discovery = " + SINGLETON);
        }
    }

    private boolean tls() {
        try {
            return Units.flag(values.text("cluster.tls.enabled"));
        } catch (IllegalArgumentException told) {
            return false; // reported by the section that owns the key
        }
    }

    /** Returns whether a host is loopback; an unknown name is not. */
    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static int eventLoops(String text) {
        if (text.equals("auto")) {
            return Math.min(EVENT_LOOPS_MAX, Runtime.getRuntime().availableProcessors());
        }
        boolean fits =
                text.matches("\\d{1,4}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= EVENT_LOOPS_MAX;
        Values.require(fits, "auto, or a whole number from 1 to " + EVENT_LOOPS_MAX);
        return Integer.parseInt(text);
    }

    LogConfig log() {
        return new LogConfig(
                values.path("log.dir"),
                values.choice("log.level", Level.class),
                values.parse("log.console", CoreSections::console),
                values.choice("log.format", Format.class),
                values.bytes("log.rotation.size", 64 << 10, 1L << 30),
                values.integer("log.rotation.count", 1, 20));
    }

    /** Parses a switch. EMQ also accepts words for the destination of the console log. */
    private static boolean console(String text) {
        return switch (text) {
            case "console", "both" -> true;
            case "file" -> false;
            default -> Units.flag(text);
        };
    }

    OverloadConfig overload() {
        return new OverloadConfig(
                values.integer("overload.max_connections", 1, 10_000_000),
                values.integer("overload.connect_rate", 0, 1_000_000),
                values.percent("overload.memory_watermark", 50, 99),
                values.integer("overload.max_sessions", 0, 100_000_000),
                values.percent("overload.queue_memory", 1, 90),
                values.integer("overload.mailbox_length", 1024, 10_000_000));
    }

    ManagementConfig management() {
        @Nullable
        InetBind listen = values.text("management.listen").equals("off")
                ? null
                : values.parse("management.listen", AddressReader::inet);
        return new ManagementConfig(listen, socket("management.socket"), values.path("management.token_file"));
    }

    private Path socket(String key) {
        Path socket = values.path(key);
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > SOCKET_PATH_BYTES_MAX) {
            values.reject(
                    key,
                    "the path " + socket + " has " + length + " bytes; a socket's path has at most "
                            + SOCKET_PATH_BYTES_MAX);
        }
        return socket;
    }

    StorageConfig storage() {
        return new StorageConfig(
                values.flag("storage.fail_on_corruption"), values.bytes("storage.reserve", 0, 1L << 40));
    }

    /** Reads the plugins. A plugin validates its own settings; this only checks that the plugin is loaded. */
    PluginsConfig plugins(Path distribution, List<Setting> ofPlugins) {
        List<String> loaded = values.parse("plugins.loaded", CoreSections::names);
        Map<String, Map<String, String>> settings = new TreeMap<>();
        for (String name : loaded) {
            settings.put(name, new TreeMap<>());
        }
        String acl = values.path("mqtt.acl_file").toString();
        Map<String, String> authFile = settings.get(AUTH_FILE);
        if (authFile != null) {
            authFile.put("acl", acl);
        }
        for (Setting setting : ofPlugins) {
            Map<String, String> ofPlugin = settings.get(PluginKeys.plugin(setting.key()));
            if (ofPlugin == null) {
                problems.error(setting.describe() + ": there is no plugin " + PluginKeys.plugin(setting.key())
                        + " in plugins.loaded");
            } else {
                ofPlugin.put(PluginKeys.setting(setting.key()), setting.value());
            }
        }
        return new PluginsConfig(values.path("plugins.dir", distribution), loaded, settings);
    }

    private static List<String> names(String text) {
        List<String> names = Values.split(text);
        Values.require(
                names.stream().allMatch(name -> name.matches("[a-z0-9-]+")),
                "names of plugins between commas, as in " + AUTH_FILE);
        Values.require(names.stream().distinct().count() == names.size(), "each plugin once");
        return names;
    }
}

package io.wkmq.broker.config;

import io.wkmq.broker.config.ListenerConfig.InetBind;
import io.wkmq.broker.config.LogConfig.Format;
import io.wkmq.broker.config.LogConfig.Level;
import io.wkmq.routing.NodeName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the sections that are few lines each. Confined to the loader. */
final class CoreSections {
    private static final int PORT_MAX = 65535;
    private static final int EVENT_LOOPS_MAX = 1024;
    private static final String EMQ_DEFAULT_COOKIE = "emqsecretcookie";

    /** The address of a unix domain socket has 108 bytes on Linux and 104 on macOS, the last one is zero. */
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
        }
        String cookie = values.text("node.cookie");
        if (cookie.equals(EMQ_DEFAULT_COOKIE)) {
            problems.notice(
                    "node.cookie is the one EMQ ships, which everybody knows; choose your own before you cluster");
        }
        return new NodeConfig(
                values.parse("node.name", NodeName::parse),
                new Secret(cookie),
                values.path("node.data_dir"),
                values.text("node.event_loops").equals("auto")
                        ? Math.min(EVENT_LOOPS_MAX, Runtime.getRuntime().availableProcessors())
                        : values.integer("node.event_loops", 1, EVENT_LOOPS_MAX),
                min,
                max);
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

    /** EMQ knows more words: where the console's log goes. */
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
                values.percent("overload.memory_watermark", 50, 99));
    }

    ManagementConfig management() {
        @Nullable
        InetBind listen = values.text("management.listen").equals("off")
                ? null
                : values.parse("management.listen", Addresses::inet);
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

    PluginsConfig plugins(Path distribution) {
        return new PluginsConfig(
                values.path("plugins.dir", distribution),
                values.parse("plugins.loaded", text -> {
                    var names = Values.split(text);
                    Values.require(
                            names.stream().allMatch(name -> name.matches("[a-z0-9_]+")),
                            "names of plugins between commas, as in auth_file");
                    Values.require(names.stream().distinct().count() == names.size(), "each plugin once");
                    return names;
                }),
                values.path("plugins.auth_file.users"));
    }
}

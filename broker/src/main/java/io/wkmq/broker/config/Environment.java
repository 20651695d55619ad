package io.wkmq.broker.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings from environment variables: {@code WKMQ_MQTT__MAX_PACKET_SIZE} sets {@code mqtt.max_packet_size}. EMQ's eight
 * variables are supported as well. Stateless.
 */
final class Environment {
    private static final String PREFIX = "WKMQ_";
    private static final String PLACE = "environment";

    /** The variables of the launcher. Unlike those that set keys they contain no {@code __}. */
    private static final List<String> LAUNCHER =
            List.of("WKMQ_HOME", "WKMQ_HEAP", "WKMQ_JAVA_OPTS", "WKMQ_STOP_TIMEOUT", "WKMQ_START_TIMEOUT");

    private static final Map<String, String> EMQ = Map.of(
            "EMQ_NODE_NAME", "node.name",
            "EMQ_NODE_COOKIE", "node.cookie",
            "EMQ_MAX_PORTS", "node.max_ports",
            "EMQ_MAX_PACKET_SIZE", "mqtt.max_packet_size");
    private static final Map<String, String> EMQ_PORTS = Map.of(
            "EMQ_TCP_PORT", "listener.tcp.external",
            "EMQ_SSL_PORT", "listener.ssl.external",
            "EMQ_WS_PORT", "listener.ws.external",
            "EMQ_WSS_PORT", "listener.wss.external");

    private Environment() {}

    /**
     * Returns the settings of an environment, EMQ's variables first, so that wkmq's override them.
     *
     * @param variables the environment
     * @param fromFiles the settings of the files, by key: an EMQ port variable replaces the port of the address given there
     */
    static List<Setting> read(Map<String, String> variables, Map<String, Setting> fromFiles, Problems problems) {
        List<Setting> settings = new ArrayList<>();
        Map<String, String> sorted = new TreeMap<>(Comparator.naturalOrder());
        sorted.putAll(variables);
        sorted.forEach((name, value) -> {
            String key = EMQ.get(name);
            String listener = EMQ_PORTS.get(name);
            if (key != null) {
                settings.add(new Setting(key, value.strip(), PLACE, name));
            } else if (listener != null) {
                settings.add(new Setting(listener, withPort(value.strip(), fromFiles.get(listener)), PLACE, name));
            }
        });
        sorted.forEach((name, value) -> {
            if (!name.startsWith(PREFIX)) {
                return;
            }
            if (name.contains("__")) {
                settings.add(new Setting(key(name, fromFiles), value.strip(), PLACE, name));
            } else if (!LAUNCHER.contains(name)) {
                problems.notice(PLACE + ": " + name + " is not used; a key is written with two underscores, as in "
                        + "WKMQ_NODE__NAME for node.name");
            }
        });
        return settings;
    }

    /** Returns the environment variable of a key. */
    static String variable(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace(".", "__");
    }

    private static String key(String name, Map<String, Setting> fromFiles) {
        String key = name.substring(PREFIX.length()).replace("__", ".").toLowerCase(Locale.ROOT);
        if (PluginKeys.matches(key)) {
            return PluginKeys.withHyphens(key);
        }
        // A listener may be called External in the file, but variable names carry no case.
        for (String known : fromFiles.keySet()) {
            if (known.equalsIgnoreCase(key)) {
                return known;
            }
            if (KnownKeys.isListener(known) && startsWithIgnoreCase(key, known + ".")) {
                return known + key.substring(known.length());
            }
        }
        return key;
    }

    private static boolean startsWithIgnoreCase(String text, String start) {
        return text.regionMatches(true, 0, start, 0, start.length());
    }

    private static String withPort(String port, @Nullable Setting configured) {
        String address = configured == null ? "" : configured.value();
        int colon = address.lastIndexOf(':');
        return colon < 0 ? port : address.substring(0, colon + 1) + port;
    }
}

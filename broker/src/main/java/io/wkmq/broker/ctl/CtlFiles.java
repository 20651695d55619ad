package io.wkmq.broker.ctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The files through which {@code wkctl} reaches its node. Reads just three keys line by line, with the same result as the
 * node's configuration: loading the entire configuration would take longer than the command.
 *
 * @param node the node's name
 * @param socket the socket it listens on
 * @param token the file with the token
 */
record CtlFiles(String node, Path socket, Path token) {
    /** Selects the node by its socket, whatever other nodes run. */
    static final String SOCKET_VARIABLE = "WKMQ_MANAGEMENT__SOCKET";

    private static final String[] FILES = {"etc/wkmq.conf", "etc/cluster.conf"};

    /** Locates the files by the environment and the configuration files of the home. */
    static CtlFiles locate(Map<String, String> environment) {
        Path home = home(environment);
        String node = "wkmq@127.0.0.1";
        String socket = "run/wkctl.sock";
        String token = "run/wkctl.token";
        for (String file : FILES) {
            for (String line : lines(home.resolve(file))) {
                int equals = line.indexOf('=');
                String key = equals < 0 ? "" : line.substring(0, equals).strip();
                switch (key) {
                    case "node.name" -> node = value(line, equals);
                    case "management.socket" -> socket = value(line, equals);
                    case "management.token_file" -> token = value(line, equals);
                    default -> {
                        // another key, a comment, or an empty line
                    }
                }
            }
        }
        node = environment.getOrDefault("WKMQ_NODE__NAME", environment.getOrDefault("EMQ_NODE_NAME", node));
        socket = environment.getOrDefault(SOCKET_VARIABLE, socket);
        token = environment.getOrDefault("WKMQ_MANAGEMENT__TOKEN_FILE", token);
        return new CtlFiles(node.strip(), inHome(home, socket), inHome(home, token));
    }

    /** Returns the home that the environment names. */
    static Path home(Map<String, String> environment) {
        return Path.of(environment.getOrDefault("WKMQ_HOME", ""))
                .toAbsolutePath()
                .normalize();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of(); // missing, or unreadable for the node as well: defaults apply
        }
    }

    private static String value(String line, int equals) {
        String value = line.substring(equals + 1).strip();
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static Path inHome(Path home, String path) {
        return home.resolve(path.strip()).normalize();
    }
}

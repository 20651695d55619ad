package io.wkmq.broker.ctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Selects the node of a home that {@code wkctl} talks to: the one named by {@code --node}, otherwise the one that matches the
 * socket, name or data directory of the environment, otherwise the only running one. More than one match is an error, never a
 * guess. Immutable.
 */
final class NodeChoice {
    private final Map<String, String> environment;
    private final Path home;

    NodeChoice(Map<String, String> environment) {
        this.environment = environment;
        this.home = CtlFiles.home(environment);
    }

    /**
     * Returns the files of the selected node.
     *
     * @param wanted the name after {@code --node}, or null
     * @throws CtlException if no node or more than one matches
     */
    CtlFiles choose(@Nullable String wanted) throws CtlException {
        CtlFiles configured = CtlFiles.locate(environment);
        if (wanted == null && environment.containsKey(CtlFiles.SOCKET_VARIABLE)) {
            return configured;
        }
        List<RunningNode> running = RunningNode.in(home.resolve("run")).stream()
                .filter(RunningNode::answers)
                .toList();
        List<RunningNode> meant = running.stream().filter(meant(wanted)).toList();
        if (meant.size() == 1) {
            RunningNode node = meant.get(0);
            return new CtlFiles(node.name(), node.socket(), node.token());
        }
        if (wanted == null && running.isEmpty()) {
            return configured; // it may be about to start; if not, the failure to connect will name the socket
        }
        if (meant.isEmpty()) {
            String name = wanted == null ? configured.node() : wanted;
            throw new CtlException("Node '" + name + "' not responding to pings.\nwkctl: in " + home
                    + (running.isEmpty() ? " no node runs" : " runs only " + list(running))
                    + "; start it with bin/wkmq start, or set WKMQ_HOME to where it lives");
        }
        throw new CtlException("wkctl: several nodes run in " + home + ": " + list(meant)
                + "; say which one with --node <Name>, WKMQ_NODE__NAME or WKMQ_NODE__DATA_DIR");
    }

    private Predicate<RunningNode> meant(@Nullable String wanted) {
        if (wanted != null) {
            return node -> node.name().equals(wanted) || node.name().startsWith(wanted + "@");
        }
        String name = environment.getOrDefault("WKMQ_NODE__NAME", environment.get("EMQ_NODE_NAME"));
        String dataDir = environment.get("WKMQ_NODE__DATA_DIR");
        return node -> (name == null || node.name().equals(name.strip()))
                && (dataDir == null || same(node.dataDir(), home.resolve(dataDir.strip())));
    }

    /** Returns whether both paths denote the same directory; the path of a home may contain symbolic links. */
    private static boolean same(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false; // there is no such directory
        }
    }

    private static String list(List<RunningNode> nodes) {
        return nodes.stream().map(RunningNode::toString).collect(Collectors.joining(", "));
    }
}

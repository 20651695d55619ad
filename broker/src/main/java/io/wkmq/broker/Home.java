package io.wkmq.broker;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The location of a node: its own directory ({@code etc data log run}) and the distribution it runs from ({@code lib plugins}).
 * Both are the same unless {@code WKMQ_HOME} is set, which is how several nodes run from one distribution. Immutable.
 *
 * @param root the node's directory; absolute
 * @param distribution the distribution's directory; absolute
 */
public record Home(Path root, Path distribution) {
    private static final String DISTRIBUTION_PROPERTY = "wkmq.distribution";

    /** Makes both paths absolute. */
    public Home {
        root = root.toAbsolutePath().normalize();
        distribution = distribution.toAbsolutePath().normalize();
    }

    /**
     * Locates the node by {@code WKMQ_HOME} and by what {@code bin/wkmq} passes; uses the working directory if neither is set.
     */
    public static Home locate() {
        return locate(System.getenv(), System.getProperty(DISTRIBUTION_PROPERTY));
    }

    static Home locate(Map<String, String> environment, @Nullable String distribution) {
        Path installed = Path.of(distribution == null ? "" : distribution);
        String home = environment.getOrDefault("WKMQ_HOME", "");
        return new Home(home.isEmpty() ? installed : Path.of(home), installed);
    }

    /** Returns the directory of the files that live as long as the process: pid file, lock and management socket. */
    public Path run() {
        return root.resolve("run");
    }
}

package io.wkmq.broker.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A node's directory with configuration files, for tests of the loader. */
final class TestHome {
    private final Path root;

    TestHome(Path root) {
        this.root = root;
        write("etc/cluster.conf");
    }

    Path root() {
        return root;
    }

    /** Writes {@code etc/wkmq.conf}. */
    TestHome wkmqConf(String... lines) {
        return write("etc/wkmq.conf", lines);
    }

    /** Writes {@code etc/cluster.conf}. */
    TestHome clusterConf(String... lines) {
        return write("etc/cluster.conf", lines);
    }

    TestHome write(String name, String... lines) {
        try {
            Path file = root.resolve(name);
            Files.createDirectories(file.resolveSibling(""));
            Files.write(file, List.of(lines));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    BrokerConfig load() throws InvalidConfigException {
        return load(Map.of());
    }

    BrokerConfig load(Map<String, String> environment) throws InvalidConfigException {
        return ConfigLoader.load(root, root, environment);
    }

    List<String> errors() {
        return errors(Map.of());
    }

    List<String> errors(Map<String, String> environment) {
        try {
            load(environment);
            return List.of();
        } catch (InvalidConfigException invalid) {
            return invalid.errors();
        }
    }
}

package io.wkmq.broker.plugin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Compiles and packs plugins for tests. */
public final class PluginJars {
    private static final String HEAD = """
            package %1$s;
            import io.wkmq.plugins.api.*;
            import java.util.*;
            import java.util.concurrent.*;
            public class TestPlugin implements Plugin {
                public String name() { return "%1$s"; }
                public String version() { return "1.2.3"; }
                public String description() { return "A plugin of the test"; }
            """;

    private final Path directory;
    private final Path scratch;

    /** Jars in a directory, compiled in another one. */
    public PluginJars(Path directory, Path scratch) {
        this.directory = directory;
        this.scratch = scratch;
    }

    /** A plugin whose name, package and file are {@code name}, with these members besides name, version and description. */
    public void add(String name, String members) throws IOException {
        Map<String, String> sources = Map.of(name + ".TestPlugin", HEAD.formatted(name) + members + "}");
        jar(name + ".jar", "1", name + ".TestPlugin\n", sources);
    }

    /** Any jar. */
    void jar(String file, @Nullable String apiVersion, @Nullable String services, Map<String, String> sources)
            throws IOException {
        Path classes = compile(file, sources);
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (apiVersion != null) {
            manifest.getMainAttributes().putValue("Wkmq-Plugin-Api", apiVersion);
        }
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(directory.resolve(file)), manifest);
                Stream<Path> compiled = Files.walk(classes)) {
            for (Path path : compiled.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                jar.write(Files.readAllBytes(path));
            }
            if (services != null) {
                jar.putNextEntry(new JarEntry("META-INF/services/io.wkmq.plugins.api.Plugin"));
                jar.write(services.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private Path compile(String file, Map<String, String> sources) throws IOException {
        Path root = Files.createDirectories(scratch.resolve(file));
        Path classes = Files.createDirectories(root.resolve("classes"));
        List<String> arguments = new ArrayList<>(
                List.of("-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path")));
        for (Map.Entry<String, String> source : new LinkedHashMap<>(sources).entrySet()) {
            Path path = root.resolve(source.getKey().replace('.', '/') + ".java");
            Files.createDirectories(path.resolveSibling(""));
            arguments.add(Files.writeString(path, source.getValue()).toString());
        }
        if (!sources.isEmpty()) {
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            if (compiler.run(null, output, output, arguments.toArray(new String[0])) != 0) {
                throw new AssertionError(output.toString(StandardCharsets.UTF_8));
            }
        }
        return classes;
    }
}

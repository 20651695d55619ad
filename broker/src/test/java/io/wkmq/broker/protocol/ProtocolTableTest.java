package io.wkmq.broker.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.normative.ProtocolTable;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps docs/protocol.md in sync with the tests; {@code -Dwkmq.docs.write=true} writes it. */
class ProtocolTableTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "protocol.md");

    @Test
    void everyStatementThatBindsTheServerHasATestOrAReason() throws Exception {
        assertThat(table().problems()).isEmpty();
    }

    @Test
    void documentIsUpToDate() throws Exception {
        String expected = table().markdown();
        if (Boolean.getBoolean("wkmq.docs.write")) {
            Files.writeString(DOCUMENT, expected);
        }

        assertThat(DOCUMENT)
                .as("docs/protocol.md is made from the tests; write it anew with -Dwkmq.docs.write=true")
                .hasContent(expected);
    }

    private static ProtocolTable table() throws IOException, URISyntaxException, ClassNotFoundException {
        Path root = Path.of(ProtocolTableTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Class<?>> classes = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith("Test.class")).toList()) {
                String name = root.relativize(file).toString().replace('/', '.');
                name = name.substring(0, name.length() - ".class".length());
                classes.add(Class.forName(name, false, ProtocolTableTest.class.getClassLoader()));
            }
        }
        return ProtocolTable.of(classes);
    }
}

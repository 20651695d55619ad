package io.wkmq.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that the examples in docs/discovery.md are accepted verbatim. */
class DiscoveryDocsTest {
    private static final Path DOCS = Path.of("..", "docs", "discovery.md");
    private static final Pattern EXAMPLE = Pattern.compile("```ini\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PEM = Pattern.compile("etc/[a-z/-]+\\.pem");
    private static final Pattern VARIABLE = Pattern.compile("\\{name: (WKMQ_[A-Z0-9_]+), value: \"?([^}\"]+)\"?}");

    @TempDir
    Path dir;

    @Test
    void examplesLoad() throws IOException {
        List<String> examples = new ArrayList<>();
        for (Matcher example = EXAMPLE.matcher(Files.readString(DOCS)); example.find(); ) {
            examples.add(example.group(1));
        }
        assertThat(examples).hasSizeGreaterThan(8);
        for (String example : examples) {
            TestHome home = new TestHome(dir)
                    .wkmqConf("listener.tcp.external = 127.0.0.1:1883")
                    .clusterConf(example.split("\n", -1));
            PEM.matcher(example).results().forEach(file -> home.write(file.group()));
            assertThat(home.errors()).as(example).isEmpty();
        }
    }

    @Test
    void variablesOfTheManifestLoad() throws IOException {
        Map<String, String> environment = new HashMap<>();
        VARIABLE.matcher(Files.readString(DOCS))
                .results()
                .forEach(variable ->
                        environment.put(variable.group(1), variable.group(2).replace("$(POD_NAME)", "wkmq-0")));
        assertThat(environment).hasSizeGreaterThan(8).containsEntry("WKMQ_CLUSTER__DISCOVERY", "k8s");

        assertThat(new TestHome(dir)
                        .wkmqConf("listener.tcp.external = 127.0.0.1:1883")
                        .errors(environment))
                .isEmpty();
    }
}

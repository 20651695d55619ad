package io.wkmq.broker.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.config.BrokerConfig;
import io.wkmq.broker.config.ConfigLoader;
import io.wkmq.broker.config.InvalidConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that wkctl, which reads three keys by itself, comes to the same result as the node. */
@SuppressWarnings("NullAway.Init") // JUnit sets the field
class CtlFilesTest {
    @TempDir
    private Path home;

    @Test
    void defaultsAreThoseOfTheNode() throws Exception {
        assertThat(agree(Map.of()).socket()).isEqualTo(home.resolve("run/wkctl.sock"));
    }

    @Test
    void filesAreReadAsTheNodeDoes() throws Exception {
        write("etc/wkmq.conf", """
                # management.socket = run/comment.sock
                node.name = first@127.0.0.1
                  management.socket   =  run/other.sock
                management.token_file = "run/a token"
                """);
        write("etc/cluster.conf", "node.name = second@127.0.0.1\n");
        CtlFiles files = agree(Map.of());
        assertThat(files.node()).isEqualTo("second@127.0.0.1");
        assertThat(files.socket()).isEqualTo(home.resolve("run/other.sock"));
        assertThat(files.token()).isEqualTo(home.resolve("run/a token"));
    }

    @Test
    void environmentWinsOverFiles() throws Exception {
        write("etc/wkmq.conf", "node.name = first@127.0.0.1\nmanagement.socket = run/file.sock\n");
        CtlFiles files = agree(Map.of(
                "EMQ_NODE_NAME", "emq@127.0.0.1",
                "WKMQ_MANAGEMENT__SOCKET", "/var/run/environment.sock",
                "WKMQ_MANAGEMENT__TOKEN_FILE", "../token"));
        assertThat(files.node()).isEqualTo("emq@127.0.0.1");
        assertThat(files.socket()).isEqualTo(Path.of("/var/run/environment.sock"));
        files = agree(Map.of("EMQ_NODE_NAME", "emq@127.0.0.1", "WKMQ_NODE__NAME", "own@127.0.0.1"));
        assertThat(files.node()).isEqualTo("own@127.0.0.1");
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(home.resolve("etc"));
        Files.writeString(home.resolve(file), text);
    }

    private CtlFiles agree(Map<String, String> settings) throws InvalidConfigException {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("WKMQ_HOME", home.toString());
        environment.put("WKMQ_LISTENER__TCP__EXTERNAL", "127.0.0.1:0");
        BrokerConfig config = ConfigLoader.load(home, home, environment);
        CtlFiles files = CtlFiles.locate(environment);
        assertThat(files.node()).isEqualTo(config.node().name().toString());
        assertThat(files.socket()).isEqualTo(config.management().socket());
        assertThat(files.token()).isEqualTo(config.management().tokenFile());
        return files;
    }
}

package io.wkmq.broker.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs commands on a node in the test's process. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
abstract class CommandsOfANode {
    static final String RULE = "-".repeat(80) + "\n";

    @TempDir
    Path home;

    ManagedNode node;
    int status;
    private CtlCommands commands;

    @BeforeEach
    void start() throws IOException {
        GreetPlugin.pack(home.resolve("plugins"));
        node = new ManagedNode(home);
        commands = CtlCommands.of(node.parts());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    String run(String... words) {
        StringBuilder answer = new StringBuilder();
        status = commands.run(List.of(words), answer::append);
        return answer.toString();
    }

    void succeeds(String answer, String... words) {
        assertThat(run(words)).isEqualTo(answer);
        assertThat(status).isZero();
    }

    void fails(String answer, String... words) {
        assertThat(run(words)).isEqualTo(answer);
        assertThat(status).isEqualTo(ExitStatus.FAILED);
    }

    MqttProbe connect(String clientId) {
        MqttProbe client = node.client(MqttVersion.V311);
        client.connect(clientId);
        return client;
    }

    void retain(String topic, byte... payload) {
        Message message = new Message(
                TopicName.of(topic),
                payload,
                Qos.AT_LEAST_ONCE,
                true,
                MessageProperties.NONE,
                "sensor",
                node.clock.millis(),
                Message.NEVER);
        node.retained.retain(message, HandOver.NONE);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

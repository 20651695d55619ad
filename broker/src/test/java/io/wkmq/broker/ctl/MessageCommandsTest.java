package io.wkmq.broker.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.http.Json;
import io.wkmq.testing.mqtt.MqttProbe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests the output of the commands about messages and their routes: topics, routes, retained. */
class MessageCommandsTest extends CommandsOfANode {
    @Test
    void topicsAndRoutesShowFiltersAndNodes() {
        try (MqttProbe client = connect("c1")) {
            client.subscribe("a/b", 0);
            client.subscribe("$share/g/s/#", 0);
            assertThat(run("topics", "list").lines()).containsExactlyInAnyOrder("a/b", "s/#");
            assertThat(run("routes", "list").lines())
                    .containsExactlyInAnyOrder("a/b -> wkmq@127.0.0.1", "s/# -> wkmq@127.0.0.1");
            succeeds("a/b -> wkmq@127.0.0.1\n", "topics", "show", "a/b");
            succeeds("s/# -> wkmq@127.0.0.1\n", "routes", "show", "s/#");
            fails("Not Found.\n", "routes", "show", "a/c");
            assertThat(Json.rows(run("routes", "list", "--json")))
                    .contains(Map.of("topic", "a/b", "nodes", List.of("wkmq@127.0.0.1")));
        }
    }

    @Test
    void retainedMessagesAreListedCountedAndShown() {
        retain("a/b", utf8("hello"));
        retain("a/c", (byte) 0xFF, (byte) 0x00);
        String b = "Retained(a/b, qos=1, size=5, publisher=sensor, received_at=" + ManagedNode.START_SECONDS + ")\n";
        String c = "Retained(a/c, qos=1, size=2, publisher=sensor, received_at=" + ManagedNode.START_SECONDS + ")\n";
        assertThat(run("retained", "list")).isIn(b + c, c + b);
        succeeds(c, "retained", "list", "+/c");
        succeeds("2\n", "retained", "count");
        succeeds(b + "  payload         : hello\n", "retained", "show", "a/b");
        succeeds(c + "  payload (base64): /wA=\n", "retained", "show", "a/c");
        fails("Not Found.\n", "retained", "show", "a");
        assertThat(run("retained", "show", "a/#")).startsWith("Error: The topic name ");
        assertThat(Json.object(run("retained", "show", "a/c", "--json")))
                .containsEntry("payload", null)
                .containsEntry("payload_base64", "/wA=");
    }

    @Test
    void retainedMessagesAreRemovedForGood() {
        for (int i = 0; i < 600; i++) {
            retain("many/" + i, utf8("x"));
        }
        retain("other", utf8("x"));
        succeeds("Removed 600 retained messages.\n", "retained", "clean", "many/#");
        succeeds("1\n", "retained", "count");
        succeeds("Removed 1 retained messages.\n", "retained", "clean");
        succeeds("Removed 0 retained messages.\n", "retained", "clean");
        node.close();
        node = new ManagedNode(home);
        node.retained.restore();
        assertThat(node.retained.size()).isZero();
    }
}

package io.wkmq.broker.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.http.Json;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests the output of the commands about clients: clients, sessions, subscriptions, banned. */
class ClientCommandsTest extends CommandsOfANode {
    @Test
    void clientsAreListedAndShown() {
        try (MqttProbe first = connect("c1");
                MqttProbe second = node.client(MqttVersion.V5)) {
            second.connect(Packets.connect("c2").cleanStart(false).keepAlive(30));
            String one =
                    "Client\\(c1, clean_sess=true, username=undefined, peername=127\\.0\\.0\\.1:\\d+, connected_at="
                            + ManagedNode.START_SECONDS + "\\)\n";
            String two = one.replace("c1", "c2").replace("clean_sess=true", "clean_sess=false");
            assertThat(run("clients", "list")).matches("(" + one + two + ")|(" + two + one + ")");
            assertThat(run("clients", "show", "c2")).matches(two);
            assertThat(Json.object(run("clients", "show", "c2", "--json")))
                    .containsEntry("client_id", "c2")
                    .containsEntry("username", null)
                    .containsEntry("listener", "tcp:external")
                    .containsEntry("protocol_version", 5.0)
                    .containsEntry("keep_alive", 30.0)
                    .containsEntry("connected_at", (double) ManagedNode.START_SECONDS);
            fails("Not Found.\n", "clients", "show", "c3");
            first.ping();
        }
    }

    @Test
    void userNameOfAnAuthenticatedClientIsShown() {
        run("plugins", "load", "greet");
        try (MqttProbe client = node.client(MqttVersion.V311)) {
            client.connect(Packets.connect("c1").userName("alice").password("x"));
            assertThat(run("clients", "list")).startsWith("Client(c1, clean_sess=true, username=alice, peername=");
        }
    }

    @Test
    void kickedClientIsDisconnected() {
        try (MqttProbe client = node.client(MqttVersion.V5)) {
            client.connect("c1");
            succeeds("ok\n", "clients", "kick", "c1");
            client.expectDisconnect(0x98);
            Await.until("it is gone", () -> run("clients", "kick", "c1").equals("Not Found.\n"));
            assertThat(status).isEqualTo(ExitStatus.FAILED);
        }
    }

    @Test
    void sessionsAreListedByKind() {
        try (MqttProbe gone = node.client(MqttVersion.V5);
                MqttProbe there = connect("here")) {
            gone.connect(Packets.connect("away").keepSession());
            gone.subscribe("a/b", 1);
            gone.disconnect();
            there.publish("a/b", "x", 1);
            String away = "Session(away, clean_sess=false, subscriptions=1, max_inflight=100, inflight=0, mqueue_len=1,"
                    + " mqueue_dropped=0, awaiting_rel=0, deliver_msg=0, enqueue_msg=1, created_at="
                    + ManagedNode.START_SECONDS + ")\n";
            String here = "Session(here, clean_sess=true, subscriptions=0, max_inflight=100, inflight=0, mqueue_len=0,"
                    + " mqueue_dropped=0, awaiting_rel=0, deliver_msg=0, enqueue_msg=0, created_at="
                    + ManagedNode.START_SECONDS + ")\n";
            assertThat(run("sessions", "list")).isIn(away + here, here + away);
            succeeds(away, "sessions", "list", "persistent");
            succeeds(here, "sessions", "list", "transient");
            succeeds(away, "sessions", "show", "away");
            fails("Not Found.\n", "sessions", "show", "nobody");
            assertThat(Json.object(run("sessions", "show", "away", "--json")))
                    .containsEntry("connected", false)
                    .containsEntry("durable", true)
                    .containsEntry("expiry_seconds", 3600.0)
                    .containsEntry("mqueue_len", 1.0)
                    .containsEntry("dropped", Map.of());
        }
    }

    @Test
    void subscriptionsAreShownAddedAndRemoved() {
        try (MqttProbe client = connect("c1")) {
            client.subscribe("a/+", 1);
            client.subscribe("$share/g/b/#", 0);
            assertThat(run("subscriptions", "list").lines())
                    .containsExactlyInAnyOrder("c1 -> a/+:1", "c1 -> $share/g/b/#:0");
            succeeds("ok\n", "subscriptions", "add", "c1", "c", "2");
            assertThat(run("subscriptions", "show", "c1").lines()).hasSize(3).contains("c1 -> c:2");
            client.publish("c", "hello", 0);
            client.receive("c", "hello");
            succeeds("ok\n", "subscriptions", "del", "c1", "c");
            succeeds("ok\n", "subscriptions", "del", "c1", "$share/g/b/#");
            succeeds("c1 -> a/+:1\n", "subscriptions", "show", "c1");
            fails("Error: Subscription not found!\n", "subscriptions", "del", "c1", "c");
        }
    }

    @Test
    void subscriptionsForNobodyOrNothingAreRefused() {
        fails("Error: Session not found!\n", "subscriptions", "add", "nobody", "a", "1");
        fails("Error: Session not found!\n", "subscriptions", "del", "nobody", "a");
        fails("Not Found.\n", "subscriptions", "show", "nobody");
        fails(
                "Error: a replay of a channel is begun by its client alone\n",
                "subscriptions",
                "add",
                "nobody",
                "$share/g/$ch/plant/#",
                "1");
        fails("QoS should be 0, 1, 2\n", "subscriptions", "add", "nobody", "a", "3");
        assertThat(run("subscriptions", "add", "nobody", "a/#/b", "1")).startsWith("Error: In the topic filter ");
        assertThat(status).isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void bannedClientCannotConnectUntilTheBanIsLifted() {
        succeeds("ok\n", "banned", "add", "clientid", "c1");
        succeeds("ok\n", "banned", "add", "peerhost", "10.0.0.1", "60");
        succeeds(
                "Banned(clientid, c1, reason=wkctl, until=infinity)\n"
                        + "Banned(peerhost, 10.0.0.1, reason=wkctl, until=" + (ManagedNode.START_SECONDS + 60) + ")\n",
                "banned",
                "list");
        try (MqttProbe client = node.client(MqttVersion.V5)) {
            client.send(Packets.connect("c1")).expectRefusal(0x8A);
        }
        succeeds("ok\n", "banned", "del", "clientid", "c1");
        fails("Not Found.\n", "banned", "del", "clientid", "c1");
        connect("c1").close();
        node.clock.advance(Duration.ofSeconds(60));
        succeeds("", "banned", "list");
    }

    @Test
    void bansThatMakeNoSenseAreRefused() {
        fails(
                "Error: 'host' cannot be banned; expected clientid, username or peerhost\n",
                "banned",
                "add",
                "host",
                "x");
        assertThat(run("banned", "add", "peerhost", "no.address")).startsWith("Error: ");
        assertThat(status).isEqualTo(ExitStatus.FAILED);
        fails("Error: '1m' is no time; expected seconds, at most 3153600000\n", "banned", "add", "clientid", "x", "1m");
    }
}

package io.wkmq.broker.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.wkmq.broker.alarm.AlarmKind;
import io.wkmq.broker.alarm.Cause;
import io.wkmq.broker.http.Json;
import io.wkmq.broker.http.Readiness;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What each command prints, byte by byte where EMQ's administrators know it. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class CtlCommandsTest {
    private static final String RULE = "-".repeat(80) + "\n";

    @TempDir
    private Path home;

    private ManagedNode node;
    private CtlCommands commands;
    private int status;

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

    private String run(String... words) {
        StringBuilder answer = new StringBuilder();
        status = commands.run(List.of(words), answer::append);
        return answer.toString();
    }

    private void succeeds(String answer, String... words) {
        assertThat(run(words)).isEqualTo(answer);
        assertThat(status).isZero();
    }

    private void fails(String answer, String... words) {
        assertThat(run(words)).isEqualTo(answer);
        assertThat(status).isEqualTo(ExitStatus.FAILED);
    }

    private MqttProbe connect(String clientId) {
        MqttProbe client = node.client(MqttVersion.V311);
        client.connect(clientId);
        return client;
    }

    private void retain(String topic, byte... payload) {
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

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void statusHasEmqsTwoLines() {
        succeeds("Node 'wkmq@127.0.0.1' is started\nwkmq 1.2.3 is running\n", "status");
    }

    @Test
    void statusSaysWhyTheNodeTakesNoClients() {
        node.problems.add(Readiness.STARTING);
        node.problems.add("storage: the disk is full");
        succeeds("""
                Node 'wkmq@127.0.0.1' is starting
                wkmq 1.2.3 is running
                not ready: starting, storage: the disk is full
                """, "status");
        assertThat(Json.object(run("status", "--json")))
                .containsEntry("status", "starting")
                .containsEntry("ready", false)
                .containsEntry("problems", List.of("starting", "storage: the disk is full"));
    }

    @Test
    void brokerDescribesItself() {
        node.clock.advance(Duration.ofDays(1).plusHours(2).plusMinutes(3).plusSeconds(4));
        String answer = run("broker");
        assertThat(answer.lines().toList())
                .hasSize(5)
                .startsWith(
                        "sysdescr  : wkmq MQTT broker",
                        "version   : 1.2.3",
                        "uptime    : 1 days, 2 hours, 3 minutes, 4 seconds");
        assertThat(answer).containsPattern("\ndatetime  : 2026-01-0\\d \\d\\d:\\d\\d:04\nalarms    : 0\n$");
    }

    @Test
    void brokerStatsAndMetricsHaveEmqsNames() {
        try (MqttProbe client = connect("c1")) {
            client.subscribe("a/b", 1);
            client.publish("a/b", "x", 0);
            client.ping();
            assertThat(run("broker", "stats").lines())
                    .contains(
                            "clients/count       : 1",
                            "sessions/count      : 1",
                            "subscriptions/count : 1",
                            "topics/count        : 1",
                            "routes/count        : 1",
                            "retained/count      : 0");
            assertThat(run("broker", "metrics").lines().toList())
                    .contains(
                            "packets/connect         : 1",
                            "packets/subscribe       : 1",
                            "messages/qos0/received  : 1",
                            "messages/received       : 1")
                    .isSorted();
        }
    }

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
            fails("Not Found.\n", "clients", "kick", "c1");
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
        fails("QoS should be 0, 1, 2\n", "subscriptions", "add", "nobody", "a", "3");
        assertThat(run("subscriptions", "add", "nobody", "a/#/b", "1")).startsWith("Error: In the topic filter ");
        assertThat(status).isEqualTo(ExitStatus.FAILED);
    }

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

    @Test
    void listenersAreListedAsEmqDoes() {
        try (MqttProbe client = connect("c1")) {
            succeeds(
                    "listener on mqtt:tcp:" + node.listener.address() + "\n"
                            + "  acceptors       : 16\n"
                            + "  max_clients     : 100000\n"
                            + "  current_clients : 1\n"
                            + "  shutdown_count  : []\n"
                            + "  name            : external\n"
                            + "  running         : true\n",
                    "listeners");
            client.ping();
        }
    }

    @Test
    void listenersAreStoppedStartedAndRestarted() {
        String at = node.listener.address();
        String port = Integer.toString(node.listener.port());
        succeeds("Stop mqtt:tcp listener on " + at + " successfully.\n", "listeners", "stop", "mqtt:tcp", port);
        assertThat(run("listeners")).contains("  running         : false\n");
        assertThat(run("listeners", "start", "tcp", "external"))
                .matches("Start mqtt:tcp listener on 127.0.0.1:[1-9]\\d* successfully.\n");
        assertThat(run("listeners", "start", "tcp", "external"))
                .matches("Failed to start mqtt:tcp listener on 127.0.0.1:\\d+, error:listener.tcp.external is running"
                        + " already\n");
        assertThat(status).isEqualTo(ExitStatus.FAILED);
        assertThat(run("listeners", "restart", "tcp", "external"))
                .matches("Restart mqtt:tcp listener on 127.0.0.1:[1-9]\\d* successfully.\n");
        fails(
                "There is no listener ssl external; expected one of mqtt:tcp external\n",
                "listeners",
                "stop",
                "ssl",
                "external");
    }

    @Test
    void vmShowsPaddedNamesAndNumbers() {
        assertThat(run("vm").lines()).allMatch(line -> line.matches("[a-z]+/[a-z0-9_]+ *: -?[0-9.]+"), "name: number");
        assertThat(run("vm")).contains("cpu/load1               : ", "memory/heap_used        : ", "io/max_fds");
        succeeds("ports/count             : 0\n", "vm", "ports");
        assertThat(Json.object(run("vm", "process", "--json"))).containsEntry("process/event_loops", 2.0);
    }

    @Test
    void pluginsAreLoadedAndUnloaded() {
        String plugin = "Plugin(greet, version=3.2.1, description=Greets, active=";
        succeeds(plugin + "false)\n", "plugins", "list");
        succeeds("Start apps: ['greet']\nPlugin greet loaded successfully.\n", "plugins", "load", "greet");
        succeeds(plugin + "true)\n", "plugins", "list");
        fails("load plugin error: The plugin 'greet' is loaded already\n", "plugins", "load", "greet");
        succeeds("Plugin greet unloaded successfully.\n", "plugins", "unload", "greet");
        fails("unload plugin error: The plugin 'greet' is not loaded\n", "plugins", "unload", "greet");
    }

    @Test
    void commandsOfPluginsGetTheirArgumentsUntouched() {
        run("plugins", "load", "greet");
        succeeds("Hello a b|--json|--limit\n", "greet", "a b", "--json", "--limit");
        assertThat(Json.object(run("--json", "greet", "x"))).isEqualTo(Map.of("message", "Hello x"));
        fails("Nobody is not there;\nexpected somebody\n", "greet", "nobody");
        succeeds("Hello \n", "greet");
        assertThat(run("help")).endsWith(RULE + "greet <Name>                                    # Say hello\n");
    }

    @Test
    void clusterOfOneSaysSo() {
        succeeds("Cluster status: [{running_nodes,['wkmq@127.0.0.1']}]\n", "cluster", "status");
        String alone = "this node stays alone, for it has cluster.discovery = singleton\n";
        fails("Failed to join the cluster: " + alone, "cluster", "join", "wkmq@10.0.0.1");
        fails("Failed to leave the cluster: " + alone, "cluster", "leave");
        for (String remove : List.of("remove", "force-leave")) {
            fails("Failed to remove the node from cluster: " + alone, "cluster", remove, "wkmq@10.0.0.1");
        }
        fails("Nothing to diagnose: " + alone, "cluster", "diagnose");
        fails("This node looks for no others: cluster.discovery = singleton\n", "discovery", "test");
        assertThat(Json.object(run("cluster", "status", "--json")))
                .isEqualTo(Map.of(
                        "node",
                        "wkmq@127.0.0.1",
                        "running_nodes",
                        List.of("wkmq@127.0.0.1"),
                        "stopped_nodes",
                        List.of()));
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

    @Test
    void alarmsAreListedWhileTheyLastAndInTheHistoryAfterwards() {
        Cause full = new Cause(AlarmKind.STORAGE, "", "Nothing durable is accepted: full", Map.of("reason", "full"));
        succeeds("", "alarms", "list");
        node.alarms.look(List.of(full));
        succeeds(
                "Alarm(storage, activated_at=2026-01-01T00:00:00Z, message=Nothing durable is accepted: full)\n",
                "alarms",
                "list");
        assertThat(Json.parse(run("alarms", "list", "--json")))
                .isEqualTo(List.of(alarm((double) ManagedNode.START_SECONDS, null)));
        succeeds("", "alarms", "history");

        node.clock.advance(Duration.ofSeconds(60));
        for (int i = 0; i < 10; i++) {
            node.alarms.look(List.of());
        }
        succeeds("", "alarms", "list");
        succeeds(
                "Alarm(storage, activated_at=2026-01-01T00:00:00Z, deactivated_at=2026-01-01T00:01:00Z,"
                        + " message=Nothing durable is accepted: full)\n",
                "alarms",
                "history");
        assertThat(Json.parse(run("alarms", "history", "--json")))
                .isEqualTo(List.of(alarm((double) ManagedNode.START_SECONDS, (double) ManagedNode.START_SECONDS + 60)));
    }

    private static Map<String, Object> alarm(Object activatedAt, @Nullable Object deactivatedAt) {
        Map<String, Object> alarm = new HashMap<>();
        alarm.put("name", "storage");
        alarm.put("message", "Nothing durable is accepted: full");
        alarm.put("details", Map.of("reason", "full"));
        alarm.put("activated_at", activatedAt);
        alarm.put("deactivated_at", deactivatedAt);
        return alarm;
    }

    @Test
    void logLevelIsSet() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        try {
            succeeds("ok\n", "log", "set-level", "warn");
            assertThat(root.getLevel()).isEqualTo(Level.WARN);
            fails(
                    "Error: 'loud' is no level; expected one of error, warn, info, debug, trace\n",
                    "log",
                    "set-level",
                    "loud");
            assertThat(root.getLevel()).isEqualTo(Level.WARN);
        } finally {
            root.setLevel(before);
        }
    }

    @Test
    void helpShowsAllFormsBetweenRules() {
        String help = run("help");
        assertThat(status).isZero();
        assertThat(help)
                .startsWith("Usage: wkctl [--node <Name>] [--json] [--limit <Number>] <command>\n" + RULE
                        + "status                                          # Show broker status\n" + RULE
                        + "broker                                          # Show broker version, uptime and"
                        + " description\n");
        assertThat(help.lines().skip(1)).allMatch(line -> RULE.startsWith(line) || line.indexOf("# ") >= 48);
        assertThat(run()).isEqualTo(help);
        assertThat(run("--help")).isEqualTo(help);
        assertThat(status).isZero();
        assertThat(run("no-such-command")).isEqualTo(help);
        assertThat(status).isEqualTo(ExitStatus.MISUSED);
    }

    @Test
    void unknownFormOfACommandShowsItsForms() {
        assertThat(run("clients", "listen")).isEqualTo("""
                clients list                                    # List all clients
                clients show <ClientId>                         # Show a client
                clients kick <ClientId>                         # Kick out a client
                """);
        assertThat(status).isEqualTo(ExitStatus.MISUSED);
        String unknown = "status x;broker x;cluster;sessions;subscriptions;topics;routes;retained;listeners x;vm x;"
                + "plugins;alarms;banned;log";
        for (String command : unknown.split(";", -1)) {
            run(command.split(" ", -1));
            assertThat(status).as(command).isEqualTo(ExitStatus.MISUSED);
        }
    }

    @Test
    void everyAnswerIsOneJsonDocumentIfAskedFor() {
        retain("a \"quoted\" \u001b topic", utf8("x"));
        String all = "status;broker;broker stats;broker metrics;cluster status;cluster leave;clients list;"
                + "clients show c1;clients show c2;sessions list;sessions list persistent;sessions show c1;"
                + "subscriptions list;subscriptions show c1;subscriptions add c1 x 1;subscriptions add c1 x 4;"
                + "topics list;topics show a/+;routes list;routes show a/+;retained list;retained count;"
                + "retained clean nothing;listeners;vm;plugins list;plugins load nothing;alarms list;"
                + "alarms history;banned list;banned add clientid b;banned list;help;nonsense;clients";
        try (MqttProbe client = connect("c1")) {
            client.subscribe("a/+", 1);
            for (String command : all.split(";", -1)) {
                String answer = run((command + " --json").split(" ", -1));
                assertThat(Json.parse(answer)).as(command).isNotNull();
                assertThat(answer).as(command).endsWith("\n");
            }
        }
    }

    @Test
    void controlCharactersOfClientsDoNotReachTheTerminal() {
        String topic = "evil\u001b[2J\ntopic\u0085";
        retain(topic, utf8("\u0007"));
        assertThat(run("retained", "list")).startsWith("Retained(evil\\x1b[2J\\x0atopic\\x85, qos=1");
        assertThat(run("retained", "show", topic)).endsWith("  payload         : \\x07\n");
    }

    @Test
    void limitEndsALongList() {
        for (int i = 0; i < 5; i++) {
            retain("t/" + i, utf8("x"));
        }
        assertThat(run("retained", "list", "--limit", "2").lines()).hasSize(2);
        assertThat(Json.rows(run("--limit", "3", "retained", "list", "--json"))).hasSize(3);
        assertThat(run("retained", "list", "--limit", "0")).isEmpty();
        try (MqttProbe client = connect("c1")) {
            for (String filter : List.of("a", "b", "c")) {
                client.subscribe(filter, 0);
            }
            assertThat(run("subscriptions", "list", "--limit", "2").lines()).hasSize(2);
            assertThat(run("topics", "list", "--limit", "1").lines()).hasSize(1);
            assertThat(run("clients", "list", "--limit", "0")).isEmpty();
            assertThat(run("sessions", "list", "--limit", "0")).isEmpty();
        }
        assertThat(run("retained", "list", "--limit", "many"))
                .isEqualTo("--limit is 'many'; expected a number of entries\n");
        assertThat(status).isEqualTo(ExitStatus.MISUSED);
    }

    @Test
    void wordsBehindTwoDashesAreNoOptions() {
        fails("Not Found.\n", "clients", "show", "--", "--json");
        assertThat(run("--verbose", "clients", "list"))
                .isEqualTo("There is no option '--verbose'; expected --json or --limit <Number>\n");
        assertThat(status).isEqualTo(ExitStatus.MISUSED);
    }
}

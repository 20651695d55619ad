package io.wkmq.broker.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.wkmq.broker.alarm.AlarmKind;
import io.wkmq.broker.alarm.Cause;
import io.wkmq.broker.http.Json;
import io.wkmq.broker.http.Readiness;
import io.wkmq.testing.mqtt.MqttProbe;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Tests the output of the commands about the node: status, broker, vm, listeners, plugins, cluster, alarms, log. */
class NodeCommandsTest extends CommandsOfANode {
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
}

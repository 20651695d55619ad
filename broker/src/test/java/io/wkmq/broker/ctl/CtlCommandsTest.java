package io.wkmq.broker.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.http.Json;
import io.wkmq.testing.mqtt.MqttProbe;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests what all commands have in common: help, options, JSON, and the suppression of terminal control characters. */
class CtlCommandsTest extends CommandsOfANode {
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

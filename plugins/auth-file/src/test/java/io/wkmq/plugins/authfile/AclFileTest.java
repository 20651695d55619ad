package io.wkmq.plugins.authfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.plugins.api.AccessRequest;
import io.wkmq.plugins.api.Authorization;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AclFileTest {
    private static final String EMQ_DEFAULT = """
            {allow, {user, "dashboard"}, subscribe, ["$SYS/#"]}.
            {allow, {ipaddr, "127.0.0.1"}, pubsub, ["$SYS/#", "#"]}.
            {deny, all, subscribe, ["$SYS/#", {eq, "#"}]}.
            {allow, all}.
            """;

    @TempDir
    Path directory;

    private FilterRelation toDeny = FilterRelation.MATCHES_TEXT;

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, someone,   subscribe, a/b,        ALLOW",
        "192.0.2.1, someone,   subscribe, #,          DENY",
        "192.0.2.1, someone,   subscribe, +/#,        ALLOW",
        "192.0.2.1, someone,   subscribe, $SYS/#,     DENY",
        "192.0.2.1, someone,   subscribe, $SYS/x/+,   DENY",
        "192.0.2.1, someone,   publish,   $SYS/x,     ALLOW",
        "192.0.2.1, dashboard, subscribe, $SYS/#,     ALLOW",
        "192.0.2.1, dashboard, subscribe, #,          DENY",
        "127.0.0.1, someone,   subscribe, $SYS/#,     ALLOW",
        "127.0.0.1, someone,   subscribe, #,          ALLOW",
        "127.0.0.1, someone,   publish,   $SYS/x,     ALLOW",
        "192.0.2.1, someone,   subscribe, $share/g/$SYS/#, DENY",
        "192.0.2.1, someone,   subscribe, $share/g/#, DENY",
        "192.0.2.1, someone,   subscribe, $queue/#,   DENY",
        "192.0.2.1, someone,   subscribe, $share/g/a, ALLOW",
    })
    void emqsDefaultRules(String address, String user, String action, String topic, Authorization expected)
            throws Exception {
        ClientInfo client = Clients.from(address, "c", user);
        assertThat(judge(EMQ_DEFAULT, client, action, topic)).isEqualTo(expected);
    }

    /** What is asked about clients that want a channel to be replayed, in whatever way: see docs/channels.md. */
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, someone,   subscribe, $ch/plant/#,          DENY",
        "192.0.2.1, someone,   subscribe, $ch/plant/plant/+,    DENY",
        "192.0.2.1, someone,   subscribe, $ch/plant/$dlq/g/#,   DENY",
        "192.0.2.1, someone,   subscribe, $ch/plant/$info,      DENY",
        "192.0.2.1, someone,   subscribe, $ch/+/#,              DENY",
        "192.0.2.1, someone,   subscribe, $share/g/$ch/plant/#, DENY",
        "192.0.2.1, dashboard, subscribe, $ch/plant/#,          DENY",
        "192.0.2.1, someone,   subscribe, plant/#,              ALLOW",
        "192.0.2.1, someone,   subscribe, #,                    DENY",
        "192.0.2.1, someone,   subscribe, +/#,                  DENY",
        "127.0.0.1, someone,   subscribe, $ch/plant/#,          ALLOW",
        "127.0.0.1, someone,   subscribe, $ch/plant/$info,      ALLOW",
        "127.0.0.1, someone,   publish,   $ch/plant/$get,       ALLOW",
        "::1,       someone,   subscribe, $ch/plant/#,          ALLOW",
        "::1,       someone,   subscribe, #,                    ALLOW",
    })
    void theShippedRulesLetOnlyThisHostReplay(
            String address, String user, String action, String topic, Authorization expected) throws Exception {
        ClientInfo client = Clients.from(address, "c", user);
        assertThat(judge(shipped(), client, action, topic)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "auditor, $ch/plant/#,          ALLOW",
        "auditor, $ch/plant/plant/+,    ALLOW",
        "auditor, $ch/plant/$info,      ALLOW",
        "auditor, $share/g/$ch/plant/#, ALLOW",
        "auditor, plant/#,              ALLOW",
        "auditor, $ch/other/#,          DENY",
        "auditor, $ch/plants/#,         DENY",
        "auditor, $ch/+/#,              DENY",
        "someone, $ch/plant/#,          DENY",
    })
    void theDocumentedRuleLetsOneUserReplayOneChannel(String user, String filter, Authorization expected)
            throws Exception {
        String docs = Files.readString(Path.of("../../docs/channels.md"));
        String rule = docs.lines()
                .filter(line -> line.startsWith("{allow, {user, \"auditor\"}"))
                .findFirst()
                .orElseThrow();
        ClientInfo client = Clients.from("192.0.2.1", "c", user);
        assertThat(judge(rule + '\n' + shipped(), client, "subscribe", filter)).isEqualTo(expected);
    }

    private static String shipped() throws IOException {
        return Files.readString(Path.of("../../etc/acl.conf"));
    }

    @ParameterizedTest
    @CsvSource({
        // an allowing rule must match all that the filter can bring
        "allow, a/b,     subscribe, a/b,     ALLOW",
        "allow, a/b,     subscribe, a/+,     IGNORE",
        "allow, a/b,     subscribe, a/#,     IGNORE",
        "allow, a/+,     subscribe, a/b,     ALLOW",
        "allow, a/+,     subscribe, a/#,     IGNORE",
        "allow, a/#,     subscribe, a/+/c,   ALLOW",
        "allow, a/#,     subscribe, #,       IGNORE",
        "allow, #,       subscribe, $SYS/#,  IGNORE",
        "allow, a/+,     publish,   a/b,     ALLOW",
        "allow, a/+,     publish,   a/b/c,   IGNORE",
        "allow, #,       publish,   $SYS/a,  IGNORE",
        // a denying rule takes the filter as a topic
        "deny,  a/b,     subscribe, a/b,     DENY",
        "deny,  a/b,     subscribe, a/+,     IGNORE",
        "deny,  a/+,     subscribe, a/#,     DENY",
        "deny,  a/#,     subscribe, a/+/c,   DENY",
        "deny,  a/#,     subscribe, #,       IGNORE",
        "deny,  a/#,     publish,   a,       DENY",
    })
    void oneRule(String permission, String rule, String action, String topic, Authorization expected) throws Exception {
        String text = "{" + permission + ", all, pubsub, [\"" + rule + "\"]}.";
        assertThat(judge(text, Clients.client("c", "u"), action, topic)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"a/b, a/+, DENY", "a/b, #, DENY", "a/#, +/#, DENY", "a/b, b/+, IGNORE", "$SYS/#, #, IGNORE"})
    void denyingByOverlapLeavesNoWayAround(String rule, String topic, Authorization expected) throws Exception {
        toDeny = FilterRelation.OVERLAPS;
        String text = "{deny, all, pubsub, [\"" + rule + "\"]}.";
        assertThat(judge(text, Clients.client("c", "u"), "subscribe", topic)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "client-1, alice, publish,   c/client-1,    ALLOW",
        "client-1, alice, publish,   c/client-2,    IGNORE",
        "client-1, alice, publish,   u/alice/x/y,   ALLOW",
        "client-1, alice, publish,   u/bob/x,       IGNORE",
        "client-1, alice, publish,   p-alice-client-1, ALLOW",
        "client-1,      , publish,   u/%u/x,        IGNORE",
        "client-1, alice, subscribe, u/alice/#,     ALLOW",
        "client-1, alice, subscribe, u/+/#,         IGNORE",
        // names that would widen the pattern or leave their level
        "+,        alice, subscribe, c/+,           IGNORE",
        "+,        alice, publish,   c/x,           IGNORE",
        "#,        alice, subscribe, c/#,           IGNORE",
        "a/b,      alice, publish,   c/a/b,         IGNORE",
        "client-1, +,     subscribe, u/+/#,         IGNORE",
        "client-1, #,     subscribe, u/#,           IGNORE",
        "client-1, bob/x, subscribe, u/bob/x/#,     IGNORE",
        "client-1, $SYS,  subscribe, $SYS/#,        IGNORE",
        "client-1, $1,    publish,   u/$1/x,        ALLOW",
    })
    void placeholdersStayInTheirLevel(String clientId, String user, String action, String topic, Authorization expected)
            throws Exception {
        String text = "{allow, all, pubsub, [\"c/%c\", \"u/%u/#\", \"p-%u-%c\", \"%u/#\"]}.";
        assertThat(judge(text, Clients.client(clientId, user), action, topic)).isEqualTo(expected);
    }

    @Test
    void aPlaceholderIsReplacedOnceOnly() throws Exception {
        String text = "{allow, all, pubsub, [\"u/%u\"]}.";
        assertThat(judge(text, Clients.client("secret", "%c"), "publish", "u/secret"))
                .isEqualTo(Authorization.IGNORE);
        assertThat(judge(text, Clients.client("secret", "%c"), "publish", "u/%c"))
                .isEqualTo(Authorization.ALLOW);
    }

    @Test
    void aNameMayMakeTheTopicTooLong() throws Exception {
        String text = "{allow, all, pubsub, [\"u/%u\"]}.";
        assertThat(judge(text, Clients.client("c", "x".repeat(65_535)), "publish", "u/x"))
                .isEqualTo(Authorization.IGNORE);
    }

    @Test
    void exactTopicsAreTextOnly() throws Exception {
        String text = "{deny, all, pubsub, [{eq, \"a/+\"}, {eq, \"%c\"}]}.";
        ClientInfo client = Clients.client("me", null);
        assertThat(judge(text, client, "subscribe", "a/+")).isEqualTo(Authorization.DENY);
        assertThat(judge(text, client, "subscribe", "a/b")).isEqualTo(Authorization.IGNORE);
        assertThat(judge(text, client, "publish", "a/b")).isEqualTo(Authorization.IGNORE);
        assertThat(judge(text, client, "publish", "me")).isEqualTo(Authorization.IGNORE);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.1.1,  c1, alice, ALLOW",
        "10.1.1.1,  c1, bob,   ALLOW",
        "10.1.1.1,  c1, carol, IGNORE",
        "192.0.2.1, c1, alice, IGNORE",
        "192.0.2.1, c9, alice, ALLOW",
    })
    void conditionsCombine(String address, String clientId, String user, Authorization expected) throws Exception {
        String text = "{allow, {'or', [{client, \"c9\"}, {'and', [{ipaddr, \"10.0.0.0/8\"},"
                + " {'or', [{user, \"alice\"}, {user, \"bob\"}]}]}]}, pubsub, [\"#\"]}.";
        ClientInfo client = Clients.from(address, clientId, user);
        assertThat(judge(text, client, "publish", "a")).isEqualTo(expected);
    }

    @Test
    void anAnonymousClientIsNoUser() throws Exception {
        String text = "{allow, {user, \"null\"}, pubsub, [\"#\"]}. {deny, {user, all}, pubsub, [\"#\"]}.";
        assertThat(judge(text, Clients.client("c", null), "publish", "a")).isEqualTo(Authorization.DENY);
    }

    @Test
    void aClientOverAUnixSocketHasNoAddress() throws Exception {
        String text = "{allow, {ipaddr, \"0.0.0.0/0\"}, pubsub, [\"#\"]}.";
        assertThat(judge(text, Clients.overUnixSocket("c"), "publish", "a")).isEqualTo(Authorization.IGNORE);
    }

    @Test
    void theFirstRuleThatHitsDecides() throws Exception {
        String text = "{allow, all, publish, [\"a/b\"]}. {deny, all, publish, [\"a/#\"]}. {allow, all}.";
        ClientInfo client = Clients.client("c", null);
        assertThat(judge(text, client, "publish", "a/b")).isEqualTo(Authorization.ALLOW);
        assertThat(judge(text, client, "publish", "a/c")).isEqualTo(Authorization.DENY);
        assertThat(judge(text, client, "subscribe", "a/c")).isEqualTo(Authorization.ALLOW);
    }

    @Test
    void keepsTheOldRulesWhenTheNewOnesAreWrong() throws Exception {
        Path file = write("{deny, all}.");
        AclFile acl = new AclFile(file, toDeny);
        acl.load();
        Files.writeString(file, "{allow, all");
        assertThatThrownBy(acl::load).isInstanceOf(InvalidFileException.class).hasMessageContaining("acl.conf:1:12");
        Files.write(file, new byte[] {'{', (byte) 0xFF});
        assertThatThrownBy(acl::load).isInstanceOf(InvalidFileException.class).hasMessageContaining("not UTF-8");
        assertThat(judge(acl, Clients.client("c", null), "publish", "a")).isEqualTo(Authorization.DENY);
    }

    private Authorization judge(String rules, ClientInfo client, String action, String topic) throws Exception {
        AclFile acl = new AclFile(write(rules), toDeny);
        acl.load();
        return judge(acl, client, action, topic);
    }

    private static Authorization judge(AclFile acl, ClientInfo client, String action, String topic) {
        AccessRequest request = action.equals("publish")
                ? new AccessRequest.Publish(TopicName.of(topic), Qos.AT_LEAST_ONCE, false)
                : new AccessRequest.Subscribe(SubscriptionFilter.parse(topic), Qos.AT_LEAST_ONCE);
        CompletionStage<Authorization> answer = acl.authorize(client, request);
        return answer.toCompletableFuture().join();
    }

    private Path write(String rules) throws IOException {
        return Files.writeString(directory.resolve("acl.conf"), rules);
    }
}

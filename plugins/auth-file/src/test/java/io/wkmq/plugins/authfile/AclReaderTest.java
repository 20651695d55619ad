package io.wkmq.plugins.authfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AclReaderTest {
    @Test
    void readsEveryForm() throws InvalidFileException {
        String text = """
                %% A comment.
                {allow, {user, "dashboard"}, subscribe, ["$SYS/#"]}.
                {allow, {ipaddr, "127.0.0.1"}, pubsub, ["$SYS/#", "#"]}. % behind a rule
                {deny, all, subscribe, ["$SYS/#", {eq, "#"}]}.
                {allow, {client, "c \\"1\\" \\\\"}, publish, ["a/%c/b", "u/%u"]}.
                {allow, {client, all}, publish, ["x"]}.  {allow, {user, all}, publish, ["x"]}.
                {deny, {'and', [{ipaddr, "10.0.0.0/8"}, {'or', [{user, "a"}, {user, "b"}]}]}, pubsub, ["x/#"]}.
                {deny,
                   all}.
                {allow, all}.
                """;
        assertThat(AclReader.read("acl.conf", text)).hasSize(9);
    }

    @Test
    void readsTheWordsOfLaterVersions() throws InvalidFileException {
        String text = """
                {allow, {username, "u"}, all, ["a/${username}/${clientid}"]}.
                {allow, {clientid, "c"}, all, ["a"]}.
                {allow, {ipaddrs, ["127.0.0.1", "::1"]}, all, ["$SYS/#"]}.
                """;
        assertThat(AclReader.read("acl.conf", text)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  \n\n\t",
                "% only a comment",
                "\uFEFF{allow, all}.",
                "{allow,all}.{deny,all}.",
                "{allow, all} ."
            })
    void isLenientAboutWhitespace(String text) throws InvalidFileException {
        assertThat(AclReader.read("acl.conf", text)).hasSizeLessThan(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{allow, all}                                   | 1:13: the end of the file is unexpected here; expected '.' behind the rule that starts at 1:1",
                "{allow, all};                                  | 1:13: ';' is unexpected here; expected '.'",
                "{allow, all                                    | 1:12: the end of the file is unexpected here; expected ',' or '}' for the '{' at 1:1",
                "{allow, all, subscribe, [\"a\" \"b\"]}.        | 1:30: '\"' is unexpected here; expected ',' or ']' for the '[' at 1:25",
                "{allow, all, subscribe, [\"a]}.                | 1:26: the text has no end",
                "{allow, all, subscribe, [\"a\\q\"]}.           | 1:28: the escape \\'q' is not known",
                "{Allow, all}.                                  | 1:2: 'A' is unexpected here",
                "{allow, 1}.                                    | 1:9: '1' is unexpected here",
                "{allow, all,}.                                 | 1:13: '}' is unexpected here",
                "allow.                                         | 1:1: this is not a rule",
                "{}.                                            | 1:1: this is not a rule",
                "{allow, all, publish}.                         | 1:1: this is not a rule",
                "{permit, all}.                                 | 1:2: 'permit' is no permission; expected allow or deny",
                "{allow, {user, \"x\"}}.                        | 1:9: a rule without action and topics is for all",
                "{allow, everybody, publish, [\"a\"]}.          | 1:9: 'everybody' says not whom",
                "{allow, {group, \"x\"}, publish, [\"a\"]}.     | 1:10: 'group' says not whom",
                "{allow, {user, x}, publish, [\"a\"]}.          | 1:16: 'x' is no text",
                "{allow, {user, {re, \"x\"}}, publish, [\"a\"]}.| 1:16: this tuple is no text",
                "{allow, {'and', []}, publish, [\"a\"]}.        | 1:17: the list is empty",
                "{allow, {'or', all}, publish, [\"a\"]}.        | 1:16: 'all' is no list",
                "{allow, {ipaddr, \"localhost\"}, publish, [\"a\"]}.  | 1:18: \"localhost\" is not an IP address",
                "{allow, {ipaddr, \"10.0.0.0/33\"}, publish, [\"a\"]}.| 1:18: \"10.0.0.0/33\" is not an IP address",
                "{allow, all, read, [\"a\"]}.                   | 1:14: 'read' is no action; expected publish, subscribe or pubsub",
                "{allow, all, publish, \"a\"}.                  | 1:23: \"a\" is no list",
                "{allow, all, publish, []}.                     | 1:23: the list is empty",
                "{allow, all, publish, [a]}.                    | 1:24: 'a' is no topic",
                "{allow, all, publish, [{ne, \"a\"}]}.          | 1:24: this tuple is no topic",
                "{allow, all, publish, [{eq, [\"a\"]}]}.        | 1:29: this list is no topic",
                "{allow, all, publish, [\"a/#/b\"]}.            | 1:24: In the topic filter 'a/#/b'",
                "{allow, all, publish, [\"\"]}.                 | 1:24: A topic filter is empty",
                "{allow, all, publish, [\"%c+\"]}.              | 1:24: In the topic filter 'x+'",
                "{allow, all, subscribe, [\"$share/g/a\"]}.     | 1:26: shared subscriptions are judged by the filter",
            })
    void saysWhereAndWhatIsWrong(String text, String error) {
        assertThatThrownBy(() -> AclReader.read("acl.conf", text))
                .isInstanceOf(InvalidFileException.class)
                .hasMessageStartingWith("acl.conf:" + error);
    }

    @Test
    void countsLinesAndColumns() {
        String text = "% one\r\n{allow, all}.\n\n  {deny,\n\tall, publish, [\"a\", \"b/+x\"]}.\n";
        assertThatThrownBy(() -> AclReader.read("acl.conf", text)).hasMessageStartingWith("acl.conf:5:22: ");
    }

    @Test
    void reportsAllWrongRulesTogether() {
        assertThatThrownBy(() -> AclReader.read("acl.conf", "{allow, x}.\n{allow, all}.\n{no, all}.\n{allow"))
                .hasMessageContaining("acl.conf:1:9: ")
                .hasMessageContaining("acl.conf:3:2: ")
                .hasMessageContaining("acl.conf:4:7: ");
    }

    @Test
    void refusesDeepNestingInsteadOfOverflowingTheStack() {
        String text = "{allow, " + "{'and', [".repeat(100_000);
        assertThatThrownBy(() -> AclReader.read("acl.conf", text)).hasMessageContaining("more than 32");
    }

    @Test
    void theShippedFileIsValid() throws IOException, InvalidFileException {
        String text = Files.readString(Path.of("../../etc/acl.conf"));
        assertThat(AclReader.read("etc/acl.conf", text)).hasSize(5);
    }
}

package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionParserTest {
    @Test
    void theDefaultsAreThoseOfTheHelp() throws UsageException {
        assertThat(OptionParser.parse("pubsub"))
                .isEqualTo(new Options(
                        new Target("localhost", 1883, true, false, null, false, false, null, null, List.of()),
                        new Crew(Command.PUBSUB, Pattern.PAIR, 1, 1, 0, false, 0),
                        new Traffic(0, 0, 256, "wkbench/%i", 0, 100, 0, 10, 0, 0),
                        Decorations.NONE,
                        new Extras(10, 1000, false, 1000, 3, ChannelWork.NONE),
                        false));
    }

    @Test
    void everyOptionIsRead() throws UsageException {
        Options options =
                OptionParser.parse(("pubsub -h broker -p 8000 -V 5 --pattern share -P 2 -S 3 -q 2 --sub-qos 1 -s 64"
                                + " -t a/%c/%i -r 500 --inflight 7 -d 3 -n 99 --warmup 1 --tls --insecure --ws -u me -w secret"
                                + " --persistent --ifaddr 127.0.0.1,127.0.0.2 --json --window 50 --stay 6 --retain --keep"
                                + " --alias --user-properties 5 --subscription-id --per-packet 20 --samples 30"
                                + " --connects 40 --patience 9")
                        .split(" "));

        assertThat(options)
                .isEqualTo(new Options(
                        new Target(
                                "broker",
                                8000,
                                true,
                                true,
                                null,
                                true,
                                true,
                                "me",
                                "secret",
                                List.of("127.0.0.1", "127.0.0.2")),
                        new Crew(Command.PUBSUB, Pattern.SHARE, 2, 3, 0, true, 6),
                        new Traffic(2, 1, 64, "a/%c/%i", 500, 7, 50, 3, 99, 1),
                        new Decorations(true, true, 5, true),
                        new Extras(20, 30, true, 40, 9, ChannelWork.NONE),
                        true));
    }

    @ParameterizedTest
    @CsvSource({
        "pub -c 5, 5, 0, 0",
        "sub -c 5, 0, 5, 0",
        "conn -c 5, 0, 0, 5",
        "pubsub -c 5, 5, 5, 0",
        "pubsub --pattern fanout -c 5, 1, 5, 0",
        "pubsub --pattern fanin -c 5, 5, 1, 0",
        "pubsub --pattern share -c 5, 1, 5, 0",
        "pubsub --pattern=share --clients=5 -P 2, 2, 5, 0",
        "subs, 0, 100, 0",
        "subs -S 5, 0, 5, 0",
        "retain -P 5, 5, 0, 0",
        "offline -S 5, 5, 5, 0",
        "churn, 10, 10, 0",
        "channel, 64, 0, 0",
        "channel -P 5, 5, 0, 0",
    })
    void thePatternSaysWhatTheNumberOfClientsMeans(String line, int publishers, int subscribers, int idle)
            throws UsageException {
        Crew crew = OptionParser.parse(line.split(" ")).crew();

        assertThat(crew.publishers()).isEqualTo(publishers);
        assertThat(crew.subscribers()).isEqualTo(subscribers);
        assertThat(crew.idle()).isEqualTo(idle);
    }

    @ParameterizedTest
    @CsvSource({"subs", "retain", "offline"})
    void whatIsCountedHasAnEnd(String command) throws UsageException {
        Options options = OptionParser.parse(command);

        assertThat(options.traffic().messages()).isEqualTo(100_000);
        assertThat(options.traffic().seconds()).isZero();
        assertThat(options.traffic().qos()).isEqualTo(1);
        assertThat(options.extras().patienceSeconds()).isEqualTo(30);
    }

    @Test
    void channelsArePublishedToOverAllHosts() throws UsageException {
        Target target = new Target("localhost", 1883, true, false, null, false, false, "me", null, List.of());

        Options options =
                OptionParser.parse("channel --hosts 10.0.0.1:1883,[::1]:1884 --channel a,b --replay -u me".split(" "));

        assertThat(options.extras().channels())
                .isEqualTo(new ChannelWork(
                        List.of(target.at("10.0.0.1", 1883), target.at("[::1]", 1884)), List.of("a", "b"), true));
        assertThat(options.traffic().qos()).isEqualTo(1);
        assertThat(OptionParser.parse("channel", "-h", "localhost", "-u", "me")
                        .extras()
                        .channels())
                .isEqualTo(new ChannelWork(List.of(target), List.of("wkbench"), false));
    }

    @ParameterizedTest
    @CsvSource({"pub, 1883", "pub --tls, 8883", "pub --ws, 8083", "pub --ws --tls, 8084"})
    void thePortIsThatOfTheProtocol(String line, int port) throws UsageException {
        assertThat(OptionParser.parse(line.split(" ")).target().port()).isEqualTo(port);
    }

    @Test
    void withANumberOfMessagesThereIsNoTimeLimit() throws UsageException {
        assertThat(OptionParser.parse("pub", "-n", "5").traffic().seconds()).isZero();
        assertThat(OptionParser.parse("pub", "-n", "5", "-d", "3").traffic().seconds())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "publish ~ the command is 'publish'; expected pub, sub, pubsub, conn, subs, retain, offline, churn, channel or scenario",
                "pub --speed 5 ~ '--speed' is no option; wkbench --help lists them",
                "pub -q 3 ~ -q/--qos is '3'; expected a number from 0 to 2",
                "pub -p http ~ -p/--port is 'http'; expected a number from 1 to 65535",
                "pub -s 10 ~ -s/--size is '10'; expected a number from 24 to 268435456",
                "pub -q ~ -q/--qos ends the line; expected 0|1|2 behind it",
                "pub -q 1 --qos 2 ~ -q/--qos is given twice; expected once",
                "pub --json=yes ~ --json is given the value 'yes'; it takes none",
                "pubsub --pattern ring ~ --pattern is 'ring'; expected pair, fanout, fanin or share",
                "pubsub -P 2 ~ --pattern pair has 2 publishers and 1 subscribers; expected as many of both",
                "pubsub -c 2 -t x ~ -t/--topic is 'x' for 2 pairs; expected %i or %c in it, so that each has its own",
                "pub -t a/# ~ -t/--topic is 'a/#'; expected no wildcards, because it is published to",
                "pub --insecure ~ --cafile and --insecure say whom TLS trusts; expected --tls with them",
                "pub -w x ~ -w/--password is given without -u/--user; expected both",
                "pub --clean --persistent ~ --clean and --persistent exclude each other; expected one of them",
                "pubsub --stay 5 ~ --stay is given without --persistent; expected both, or what is sent meanwhile is lost",
                "pubsub --alias -V 4 ~ --alias, --user-properties and --subscription-id are of MQTT 5; expected -V 5",
                "churn --alias ~ --alias, --user-properties and --subscription-id are given for churn; expected pubsub,"
                        + " where publishers and subscribers agree on them",
                "pub --window 5 ~ --window is given for pub; expected pubsub, which knows what has arrived",
                "retain -q 0 ~ -q/--qos is '0' for retain; expected 1 or 2, so that the broker says what it has taken",
                "pub --scale 0.5 ~ --scale is given without a scenario; expected wkbench scenario NAME",
                "offline --pattern fanin ~ --pattern is 'fanin' for offline; expected pair",
                "pub --replay ~ --replay is given for pub; expected channel",
                "channel -V 4 ~ -V/--version is '4' for channel; expected 5, whose PUBACK says where a message is",
                "channel -q 2 ~ -q/--qos is '2' for channel; expected 1, whose PUBACK has the number",
                "channel -t a ~ -t/--topic is given for channel; expected none: channel NAME takes NAME/#",
                "channel --hosts a:1 -p 2 ~ --hosts and -p/--port exclude each other; expected one of them",
                "channel --hosts a:1,b ~ --hosts has 'b'; expected HOST:PORT, several separated by commas",
                "channel --hosts a:70000 ~ --hosts has 'a:70000'; expected HOST:PORT, several separated by commas",
                "channel --channel a,a ~ --channel is 'a,a'; expected names of channels, each once, separated by"
                        + " commas: letters, digits, _ and -",
                "pub --tls --cafile /none ~ --cafile is '/none'; expected a PEM file that can be read",
            })
    void anErrorSaysWhatWasExpected(String line, String error) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> OptionParser.parse(line.split(" ")))
                .withMessage(error);
    }

    @Test
    void theHelpTellsEveryOption() {
        for (Flag flag : Flag.values()) {
            assertThat(Help.text()).contains("  " + flag.text().replace("/", ", "));
        }
        assertThat(Help.text().lines()).allMatch(line -> line.length() <= 100);
    }
}

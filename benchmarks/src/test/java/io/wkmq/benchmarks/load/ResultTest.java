package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultTest {
    @ParameterizedTest
    @CsvSource({
        "1, 0, 0, false",
        "1, 1, 0, true",
        "1, 0, 1, true",
        "2, 1, 0, false",
        "2, 0, 1, false",
        "0, 0, 0, true",
    })
    void aMessageMayComeTwiceIfItWasUnderWayWhenAConnectionEnded(int qos, long lost, long dropped, boolean passed)
            throws UsageException {
        assertThat(result(qos, new Tally(0, 1, 0, 0), lost, dropped).passed()).isEqualTo(passed);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whatIsAlteredFailsAtAnyQos(int qos) throws UsageException {
        assertThat(result(qos, new Tally(0, 0, 0, 1), 0, 0).passed()).isFalse();
    }

    private static Result result(int qos, Tally tally, long lost, long dropped) throws UsageException {
        Totals totals = new Totals(1, 1, 0, 2, 0, 0, 0, lost, dropped);
        Options options = OptionParser.parse("pubsub", "-q", Integer.toString(qos));
        return new Result(options, 1, 1, totals, totals, tally, null, qos, new Times());
    }
}

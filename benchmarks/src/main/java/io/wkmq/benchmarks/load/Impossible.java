package io.wkmq.benchmarks.load;

/**
 * A run that could not be made.
 *
 * @param why what happened
 */
record Impossible(String why) implements Outcome {
    @Override
    public boolean passed() {
        return false;
    }

    @Override
    public String text() {
        return "not possible   " + why + '\n';
    }

    @Override
    public String json() {
        return "{\"error\":\"" + why.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"}";
    }
}

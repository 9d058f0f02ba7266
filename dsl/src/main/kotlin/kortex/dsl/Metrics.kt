package kortex.dsl

import kortex.model.Accuracy
import kortex.model.ConfusionMatrix
import kortex.model.MeanAbsoluteError
import kortex.model.MeanSquaredError
import kortex.model.Metric

/** Gathers what to measure: `metrics { accuracy(); confusionMatrix() }`. */
@NnDsl
public class MetricsScope<T : TargetKind> internal constructor() {
    internal val metrics = ArrayList<Metric>()

    /** Measures [metric], which may be one of your own. */
    public fun metric(metric: Metric) {
        metrics += metric
    }
}

/** The fraction of examples whose largest output is at the label; higher is better. */
public fun MetricsScope<Classes>.accuracy(): Unit = metric(Accuracy())

/** The fraction of steps at which the largest output is at the label; higher is better. */
@JvmName("accuracyOfLabels")
public fun MetricsScope<Labels>.accuracy(): Unit = metric(Accuracy())

/** How often each class (row) was taken for each class (column) over all steps. */
@JvmName("confusionMatrixOfLabels")
public fun MetricsScope<Labels>.confusionMatrix(): Unit = metric(ConfusionMatrix())

/** How often each class (row) was taken for each class (column); its value is the mean recall of the classes. */
public fun MetricsScope<Classes>.confusionMatrix(): Unit = metric(ConfusionMatrix())

/** The mean of `|output − target|`; lower is better. */
public fun MetricsScope<Values>.mae(): Unit = metric(MeanAbsoluteError())

/** The mean of `(output − target)²`; lower is better. */
public fun MetricsScope<Values>.mse(): Unit = metric(MeanSquaredError())

/** Only for class labels. */
@Deprecated(CLASS_METRIC_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("accuracyOfValues")
public fun MetricsScope<Values>.accuracy(): Unit = misplaced(CLASS_METRIC_ADVICE)

/** Only for class labels. */
@Deprecated(CLASS_METRIC_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("confusionMatrixOfValues")
public fun MetricsScope<Values>.confusionMatrix(): Unit = misplaced(CLASS_METRIC_ADVICE)

/** Only for values. */
@Deprecated(VALUE_METRIC_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("maeOfClasses")
public fun MetricsScope<Classes>.mae(): Unit = misplaced(VALUE_METRIC_ADVICE)

/** Only for values. */
@Deprecated(VALUE_METRIC_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("mseOfClasses")
public fun MetricsScope<Classes>.mse(): Unit = misplaced(VALUE_METRIC_ADVICE)

/** Only for values. */
@Deprecated(VALUE_METRIC_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("maeOfLabels")
public fun MetricsScope<Labels>.mae(): Unit = misplaced(VALUE_METRIC_ADVICE)

/** Only for values. */
@Deprecated(VALUE_METRIC_ADVICE, level = DeprecationLevel.ERROR)
@JvmName("mseOfLabels")
public fun MetricsScope<Labels>.mse(): Unit = misplaced(VALUE_METRIC_ADVICE)

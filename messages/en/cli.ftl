check-summary = academic year { $year }: violations { $from }, warnings { $to }, advice { $count }; norms checked { $total }
check-no-norms = the norms of { $year } are not loaded: nothing was checked. Name another year with --year.

"""Did an incentive change what would have happened anyway, for whom, and at what cost?"""
